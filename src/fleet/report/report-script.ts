/** What the page does in a browser: search, filters in the fragment, sorting, export. It works on the table that is there. */
export const reportScript = String.raw`
'use strict';
(() => {
  const table = document.getElementById('machines');
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const search = document.getElementById('search');
  const shown = document.getElementById('shown');
  const selects = [...document.querySelectorAll('select[data-column]')];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const cell = (row, at) => row.cells[at].textContent;
  document.getElementById('tools').hidden = false;
  for (const select of selects) {
    const at = Number(select.dataset.column);
    const values = new Set(rows.flatMap((row) => cell(row, at).split('; ')));
    for (const value of [...values].filter(Boolean).sort()) select.add(new Option(value, value));
  }
  let sort = null;
  const state = () => {
    const words = new URLSearchParams();
    if (search.value !== '') words.set('q', search.value);
    for (const select of selects) if (select.value !== '') words.set(select.name, select.value);
    if (sort !== null) words.set('sort', (sort.down ? '-' : '') + sort.at);
    return words.toString();
  };
  const apply = () => {
    const wanted = search.value.trim().toLowerCase();
    let count = 0;
    rows.forEach((row, index) => {
      const fits = texts[index].includes(wanted) && selects.every((select) =>
        select.value === '' || cell(row, Number(select.dataset.column)).split('; ').includes(select.value));
      row.hidden = !fits;
      if (fits) count += 1;
    });
    shown.textContent = count + ' of ' + rows.length + ' machines';
  };
  const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  const order = () => {
    heads.forEach((head, at) => {
      if (sort !== null && sort.at === at) head.setAttribute('aria-sort', sort.down ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    });
    const sorted = sort === null ? rows : [...rows].sort((left, right) => {
      const [one, other] = [cell(left, sort.at), cell(right, sort.at)];
      if (one === '' || other === '') return (one === '') - (other === '');
      return collator.compare(one, other) * (sort.down ? -1 : 1);
    });
    body.append(...sorted);
  };
  const keep = () => history.replaceState(null, '', '#' + state());
  const read = () => {
    const words = new URLSearchParams(location.hash.slice(1));
    search.value = words.get('q') ?? '';
    for (const select of selects) select.value = words.get(select.name) ?? '';
    const found = /^(-?)(\d)$/.exec(words.get('sort') ?? '');
    sort = found !== null && Number(found[2]) < heads.length ? { at: Number(found[2]), down: found[1] === '-' } : null;
    order();
    apply();
  };
  search.addEventListener('input', () => { apply(); keep(); });
  for (const select of selects) select.addEventListener('change', () => { apply(); keep(); });
  heads.forEach((head, at) => head.querySelector('button').addEventListener('click', () => {
    sort = sort !== null && sort.at === at ? (sort.down ? null : { at, down: true }) : { at, down: false };
    order();
    keep();
  }));
  document.getElementById('export').addEventListener('click', () => {
    const safe = (text) => '"' + (/^[=+\-@\t\r]/.test(text) ? "'" : '') + text.replaceAll('"', '""') + '"';
    const lines = [heads.map((head) => head.textContent), ...[...body.rows].filter((row) => !row.hidden)
      .map((row) => [...row.cells].map((each) => each.textContent))];
    const blob = new Blob(['\ufeff' + lines.map((line) => line.map(safe).join(',') + '\r\n').join('')], { type: 'text/csv' });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = 'machines.csv';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  addEventListener('hashchange', read);
  read();
})();
`;
