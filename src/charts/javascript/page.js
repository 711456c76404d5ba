// Brings the charts of a page to life: every <figure class="till-chart"> that holds a drawn SVG and
// its specification gets the same picture again, with tooltips.

import {embed} from './draw.js';

// One box for all charts of the page. Texts are set as text: a product may be called <script>.
function make_tooltip() {
  const box = document.createElement('div');
  box.className = 'till-tooltip';
  box.setAttribute('role', 'tooltip');
  document.body.appendChild(box);

  return (_handler, event, _item, value) => {
    if (value === null || value === undefined || value === '') {
      box.classList.remove('till-visible');
      return;
    }
    box.replaceChildren();
    const entries = typeof value === 'object' ? Object.entries(value) : [['', String(value)]];
    for (const [name, text] of entries) {
      const row = box.appendChild(document.createElement('div'));
      const label = row.appendChild(document.createElement('span'));
      const content = row.appendChild(document.createElement('span'));
      label.textContent = name;
      content.textContent = String(text);
    }
    box.classList.add('till-visible');
    // Beside the pointer, inside the window.
    const gap = 14;
    const left = Math.min(event.clientX + gap, window.innerWidth - box.offsetWidth - gap);
    const below = event.clientY + gap;
    const fits = below + box.offsetHeight + gap < window.innerHeight;
    box.style.left = `${Math.max(left, gap)}px`;
    box.style.top = `${fits ? below : Math.max(event.clientY - gap - box.offsetHeight, gap)}px`;
  };
}

async function enliven(figure, tooltip) {
  const drawn = figure.querySelector('.till-drawn');
  const data = figure.querySelector('script[type="application/json"]');
  const specification = JSON.parse(data.textContent);
  const live = document.createElement('div');
  live.className = 'till-live';
  live.hidden = true;
  figure.insertBefore(live, drawn);
  try {
    await embed(live, specification, tooltip);
    live.hidden = false;
    drawn.remove();
  } catch {
    live.remove(); // the drawn picture stays
  }
}

export async function enliven_all() {
  const figures = [...document.querySelectorAll('figure.till-chart')];
  if (figures.length > 0) {
    const tooltip = make_tooltip();
    await Promise.all(figures.map((figure) => enliven(figure, tooltip)));
  }
}
