// A chart with its title, its files and its table.

import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { type Cell, type Table } from '../model/analytics.ts';
import { saveCsv, savePng } from '../model/save-file.ts';

export function ChartPanel(props: {
  title: string;
  note?: ComponentChildren;
  /** What the file holds; it may be more than the table on screen. */
  file: Table;
  /** The table on screen, where it is not the file's. */
  shown?: Table;
  children: ComponentChildren;
}) {
  const ref = useRef<HTMLDivElement>(null);
  const { title, file } = props;
  const table = props.shown ?? file;
  const png = () => {
    const chart = ref.current?.querySelector<SVGSVGElement | HTMLCanvasElement>('svg, canvas');
    if (chart) {
      void savePng(file.name, chart);
    }
  };
  return (
    <section class='panel analytics-panel'>
      <header class='figures'>
        <h2>{title}</h2>
        {props.note && <p>{props.note}</p>}
        <span class='chart-files'>
          <button type='button' class='quiet' onClick={() => saveCsv(file)}>Save CSV</button>
          <button type='button' class='quiet' onClick={png}>Save PNG</button>
        </span>
      </header>
      <div ref={ref}>{props.children}</div>
      <details class='chart-table'>
        <summary>Table ({table.rows.length} rows)</summary>
        <div class='table-box'>
          <table class='numbers'>
            <thead>
              <tr>{table.columns.map((name) => <th key={name} scope='col'>{name}</th>)}</tr>
            </thead>
            <tbody>
              {table.rows.map((row, i) => (
                <tr key={i}>{row.map((cell, j) => <td key={j}>{text(cell)}</td>)}</tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  );
}

function text(cell: Cell): string {
  if (typeof cell !== 'number' || Number.isInteger(cell)) {
    return cell === null ? '–' : String(cell);
  }
  return Math.abs(cell) < 0.001 && cell !== 0 ? cell.toExponential(1) : cell.toFixed(4);
}
