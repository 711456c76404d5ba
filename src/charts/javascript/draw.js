// Draws specifications with Vega, for the engine inside the binary and for a browser page alike.

import {expressionInterpreter} from 'vega-interpreter';
import {parse, resetSVGDefIds, setRandom, randomLCG, View} from 'vega';
import {compile} from 'vega-lite';

// Pictures carry their data: nothing is ever fetched, and a specification that asks for it is
// wrong.
function make_loader(errors) {
  const refuse = (uri) => {
    const message = `a picture carries its data; it cannot load ${uri}`;
    errors.push(message);
    return Promise.reject(new Error(message));
  };
  return {load: refuse, sanitize: refuse, http: refuse, file: refuse};
}

// Vega reports most failures to its logger and draws on; here they end the drawing.
function make_logger(warnings, errors) {
  const logger = {
    level: (value) => (value === undefined ? 1 : logger),
    error: (...args) => (errors.push(args.map(message_of).join(' ')), logger),
    warn: (...args) => (warnings.push(args.map(message_of).join(' ')), logger),
    info: () => logger,
    debug: () => logger,
  };
  return logger;
}

const message_of = (error) => (error instanceof Error ? error.message : String(error));

function is_vega(specification) {
  return /\/vega\/v\d/.test(specification.$schema ?? '');
}

function make_view(specification, warnings, errors, options) {
  const logger = make_logger(warnings, errors);
  const vega = is_vega(specification) ? specification : compile(specification, {logger}).spec;
  // Expressions are interpreted, not compiled to JavaScript: no eval, in the binary or in a page.
  return new View(parse(vega, null, {ast: true}), {
    loader: make_loader(errors),
    logger,
    expr: expressionInterpreter,
    ...options,
  });
}

const escaped = (text) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

// Returns the picture as {svg, warnings}.
export async function draw(text) {
  const warnings = [];
  const errors = [];
  // Counters and chance start afresh, so that a picture does not know which were drawn before it.
  resetSVGDefIds();
  setRandom(randomLCG(1));
  const specification = JSON.parse(text);
  const view = make_view(specification, warnings, errors, {renderer: 'none'});
  try {
    const svg = await view.toSVG();
    if (errors.length > 0) throw new Error(errors[0]);
    const name = escaped(String(specification.description ?? ''));
    const named = `<svg role="graphics-document" aria-label="${name}"${svg.slice('<svg'.length)}`;
    return {svg: named, warnings};
  } finally {
    view.finalize();
  }
}

// Draws into an element of a page; the picture answers to the pointer.
export async function embed(element, specification, tooltip) {
  const errors = [];
  const view = make_view(specification, [], errors, {
    renderer: 'svg',
    container: element,
    hover: true,
    tooltip,
  });
  await view.runAsync();
  if (errors.length > 0) throw new Error(errors[0]);
  return view;
}
