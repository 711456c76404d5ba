// The script of till's charts: tillCharts.draw(text) for the engine inside the binary; in a browser
// it brings the page's charts to life.

import './polyfills.js';
import {draw} from './draw.js';
import {enliven_all} from './page.js';

globalThis.tillCharts = {draw};
if (typeof document !== 'undefined') {
  enliven_all();
}
