// From a chart to the wafers behind it, and from wafers to what they have in common.

import type { Selection } from './api-analytics.ts';
import { paramsOf, type WaferFilter } from './filter.ts';
import { href } from './route.ts';

/** The gallery of a selection's wafers within a time, both ends in it. */
export function waferGallery(selection: Selection, from: number, to: number): string {
  const { fab, camera, product } = selection;
  return gallery({ fab, camera, product, range: 'custom', from, to });
}

/** The gallery of a selection's wafers that were predicted to have a pattern. */
export function patternGallery(selection: Selection, label: string): string {
  const { fab, camera, product, lot, fromts, tots } = selection;
  return gallery({ fab, camera, product, lot, range: 'custom', from: fromts, to: tots, label });
}

function gallery(filter: WaferFilter): string {
  return href('wafers', said({ ...paramsOf(filter), layout: 'gallery' }));
}

/** The stacked map of the wafers that a filter chooses; it knows no labels, so these fall away. */
export function stackedMapOf(filter: WaferFilter): string {
  const { fab, camera, product, lot, range, from, to } = filter;
  return href(
    'analytics',
    said({ ...paramsOf({ fab, camera, product, lot, range, from, to }), chart: 'stack' }),
  );
}

function said(params: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
