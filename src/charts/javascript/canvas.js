// Stands in for vega-canvas: a browser's canvas where there is a document; otherwise a canvas that
// can do the one thing that a layout needs, which is to measure text, and asks till's Pango for it.

const ruler = {
  font: '',
  measureText(text) {
    return {width: globalThis.till_text_width(this.font, text)};
  },
};

export function domCanvas(width, height) {
  if (typeof document === 'undefined') {
    return {width, height, getContext: () => ruler};
  }
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

export const domImage = () => (typeof Image === 'undefined' ? null : Image);
export {domCanvas as canvas, domImage as image};
