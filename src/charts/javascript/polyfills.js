// What Vega expects of its surroundings and a bare JavaScript engine lacks. In a browser this file
// changes nothing.

if (typeof globalThis.console === 'undefined') {
  const silent = () => {};
  globalThis.console = {debug: silent, error: silent, info: silent, log: silent, warn: silent};
}

// Enough for specifications: plain objects, arrays, dates and primitives.
if (typeof globalThis.structuredClone === 'undefined') {
  const clone = (value) => {
    if (value === null || typeof value !== 'object') return value;
    if (value instanceof Date) return new Date(value.getTime());
    if (Array.isArray(value)) return value.map(clone);
    const copy = {};
    for (const key of Object.keys(value)) copy[key] = clone(value[key]);
    return copy;
  };
  globalThis.structuredClone = clone;
}

// Timers run as soon as the work at hand is done, in the order they were set: nothing in a picture
// may depend on how long something took.
if (typeof globalThis.setTimeout === 'undefined') {
  const cancelled = new Set();
  let last = 0;
  globalThis.setTimeout = (callback, _delay, ...args) => {
    const id = ++last;
    Promise.resolve().then(() => {
      if (!cancelled.delete(id)) callback(...args);
    });
    return id;
  };
  globalThis.clearTimeout = (id) => {
    cancelled.add(id);
  };
  globalThis.setInterval = () => {
    throw new Error('a picture does not tick');
  };
}
