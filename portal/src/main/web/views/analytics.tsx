// Where a yield engineer looks for what changed: charts of a selection, each with its table.

import { type Measure, type Selection } from '../model/api-analytics.ts';
import { filterOf, paramsOf, queryOf } from '../model/filter.ts';
import { replaceParams, route } from '../model/route.ts';
import { bucketFor } from '../model/trend.ts';
import { useStore } from '../model/use-store.ts';
import { CalendarChart } from '../parts/calendar-chart.tsx';
import { ComparisonTable } from '../parts/comparison-table.tsx';
import { ControlCharts } from '../parts/control-charts.tsx';
import { FilterBar } from '../parts/filter-bar.tsx';
import { LotGallery } from '../parts/lot-gallery.tsx';
import { ParetoChart } from '../parts/pareto-chart.tsx';
import { StackedMapChart } from '../parts/stacked-map-chart.tsx';

const CHARTS = {
  control: 'Control charts',
  pareto: 'Patterns',
  stack: 'Stacked map',
  lots: 'Lots',
  compare: 'Compare',
  calendar: 'Calendar',
} as const;
type Chart = keyof typeof CHARTS;

const MEASURES: Record<Measure, string> = {
  defects: 'Wafers with a pattern',
  loss: 'Failing dies',
};

/** Answers are asked for anew when the selection changes; a running end is a minute's. */
const MINUTE = 60_000;

export function AnalyticsView() {
  const { params } = useStore(route);
  const filter = filterOf(params);
  const asked = params.get('chart') ?? '';
  const chart: Chart = asked in CHARTS ? (asked as Chart) : 'control';
  const measure: Measure = params.get('measure') === 'loss' ? 'loss' : 'defects';
  const now = Math.ceil(Date.now() / MINUTE) * MINUTE;
  const { fab, camera, product, lot, fromts, tots } = queryOf(filter, now);
  const selection: Selection = {
    fab,
    camera,
    product,
    lot,
    fromts: fromts ?? 0,
    tots: tots ?? now,
  };
  const bucket = bucketFor(filter, now) === 'hour' ? 'hour' : 'day';
  const change = (name: string) => (e: { currentTarget: { value: string } }) =>
    replaceParams({ [name]: e.currentTarget.value.trim() || undefined });
  return (
    <>
      <FilterBar filter={filter} labels={false}>
        <input
          class='lot'
          type='search'
          aria-label='Product'
          placeholder='Any product'
          maxLength={256}
          value={product ?? ''}
          onChange={change('product')}
        />
        <input
          class='lot'
          type='search'
          aria-label='Lot'
          placeholder='Any lot'
          maxLength={256}
          value={lot ?? ''}
          onChange={change('lot')}
        />
        <select aria-label='Share of' value={measure} onChange={change('measure')}>
          {Object.entries(MEASURES).map(([value, name]) => (
            <option key={value} value={value}>{name}</option>
          ))}
        </select>
      </FilterBar>
      <div class='page'>
        <h1 class='analytics-title'>Analytics</h1>
        <nav class='segments' aria-label='Charts'>
          {Object.entries(CHARTS).map(([value, name]) => (
            <button
              key={value}
              type='button'
              class='segment'
              aria-pressed={value === chart}
              onClick={() => replaceParams({ chart: value })}
            >
              {name}
            </button>
          ))}
        </nav>
        {chart === 'control' && (
          <ControlCharts selection={selection} measure={measure} bucket={bucket} />
        )}
        {chart === 'pareto' && <ParetoChart selection={selection} />}
        {chart === 'stack' && <StackedMapChart selection={selection} />}
        {chart === 'lots' && <LotGallery selection={selection} />}
        {chart === 'compare' && <ComparisonTable selection={selection} />}
        {chart === 'calendar' && (
          <CalendarChart
            selection={selection}
            measure={measure}
            choose={(day) => replaceParams(paramsOf({ ...filter, range: 'custom', ...day }))}
          />
        )}
      </div>
    </>
  );
}
