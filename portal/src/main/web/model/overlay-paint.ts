// What lies over a wafer map: its axes, its zones, the excluded edge.

import type { ZoneYields } from './api-zones.ts';
import type { Axes } from './axes.ts';
import type { Grid, Size } from './die-grid.ts';
import { laidAngle, type Lie } from './lie.ts';

export interface OverlayColours {
  text: string;
  line: string;
  worse: string;
  better: string;
  page: string;
}

const FONT_PIXELS = 10.5;

export function overlayColours(): OverlayColours {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: colour('--faint'),
    line: colour('--text'),
    worse: colour('--bad'),
    better: colour('--accent'),
    page: colour('--page'),
  };
}

/** Room beside the grid that the numbers need, in device pixels. */
export function axisRoom(pixelRatio: number): number {
  return Math.round(22 * pixelRatio);
}

/**
 * Numbers along the top and the left, an arrow each from the origin.
 *
 * @param beyond how far the wafer's rim goes over the grid
 */
export function paintAxes(
  context: CanvasRenderingContext2D,
  axes: Axes,
  grid: Grid,
  size: Size,
  beyond: number,
  colours: OverlayColours,
  pixelRatio: number,
): void {
  const gap = 4 * pixelRatio;
  const font = FONT_PIXELS * pixelRatio;
  context.fillStyle = colours.text;
  context.font = `${font}px system-ui, sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  const top = Math.max(font, grid.y - beyond - gap);
  for (const { at, text } of axes.top.ticks) {
    context.fillText(text, at, top);
  }
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  const left = Math.max(font * 1.4, grid.x - beyond - gap);
  for (const { at, text } of axes.left.ticks) {
    context.fillText(text, left, at);
  }
  paintOrigin(context, axes, grid, size, colours, pixelRatio);
}

/** In the corner of x 0, y 0, which holds no die on a round wafer. */
function paintOrigin(
  context: CanvasRenderingContext2D,
  axes: Axes,
  grid: Grid,
  size: Size,
  colours: OverlayColours,
  pixelRatio: number,
): void {
  const { right, bottom } = axes.origin;
  const [x, y] = [grid.x + (right ? size.width : 0), grid.y + (bottom ? size.height : 0)];
  const [dx, dy] = [right ? -1 : 1, bottom ? -1 : 1];
  const long = 26 * pixelRatio;
  context.strokeStyle = colours.text;
  context.lineWidth = 1.5 * pixelRatio;
  context.beginPath();
  context.moveTo(x + dx * long, y);
  context.lineTo(x, y);
  context.lineTo(x, y + dy * long);
  const tip = 4 * pixelRatio;
  context.moveTo(x + dx * (long - tip), y - tip);
  context.lineTo(x + dx * long, y);
  context.lineTo(x + dx * (long - tip), y + tip);
  context.moveTo(x - tip, y + dy * (long - tip));
  context.lineTo(x, y + dy * long);
  context.lineTo(x + tip, y + dy * (long - tip));
  context.stroke();
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const away = long + 8 * pixelRatio;
  context.fillText(axes.top.name, x + dx * away, y + (dy * FONT_PIXELS * pixelRatio) / 2);
  context.fillText(axes.left.name, x + (dx * FONT_PIXELS * pixelRatio) / 2, y + dy * away);
}

/** Rings and sectors; those that differ by more than chance stand out. The edge left out is veiled. */
export function paintZones(
  context: CanvasRenderingContext2D,
  yields: ZoneYields,
  lie: Lie,
  grid: Grid,
  size: Size,
  colours: OverlayColours,
  pixelRatio: number,
): void {
  const [rx, ry] = [size.width / 2, size.height / 2];
  const [cx, cy] = [grid.x + rx, grid.y + ry];
  const ellipse = (part: number) =>
    context.ellipse(cx, cy, rx * part, ry * part, 0, 0, 2 * Math.PI);
  if (yields.exclusion > 0) {
    context.fillStyle = colours.page;
    context.globalAlpha = 0.65;
    context.beginPath();
    context.rect(grid.x - rx, grid.y - ry, size.width * 2, size.height * 2);
    ellipse(1 - yields.exclusion);
    context.fill('evenodd');
    context.globalAlpha = 1;
  }
  context.strokeStyle = colours.line;
  context.lineWidth = pixelRatio;
  context.setLineDash([4 * pixelRatio, 3 * pixelRatio]);
  context.globalAlpha = 0.7;
  const half = Math.PI / yields.sectors;
  for (const end of [...yields.ringEnds, 1 - yields.exclusion]) {
    context.beginPath();
    ellipse(end);
    context.stroke();
  }
  for (let i = 0; i < yields.sectors; i++) {
    const angle = (2 * i + 1) * half;
    context.beginPath();
    context.moveTo(cx, cy);
    context.lineTo(cx + Math.sin(angle) * rx, cy - Math.cos(angle) * ry);
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
  const whole = yields.dies === 0 ? 0 : 1 - yields.failing / yields.dies;
  context.lineWidth = 3 * pixelRatio;
  const rim = 1 - yields.exclusion;
  for (const zone of yields.zones.filter((z) => z.significant)) {
    context.strokeStyle = (zone.yieldRatio ?? 0) < whole ? colours.worse : colours.better;
    context.beginPath();
    if (zone.kind === 'ring') {
      ellipse(yields.ringEnds[zone.index] ?? rim);
      const inner = yields.ringEnds[zone.index - 1];
      if (inner !== undefined) {
        context.moveTo(cx + rx * inner, cy);
        ellipse(inner);
      }
    } else {
      // Canvas angles begin at the right; sectors at the top.
      const middle = laidAngle(2 * half * zone.index, lie) - Math.PI / 2;
      context.moveTo(cx, cy);
      context.ellipse(cx, cy, rx * rim, ry * rim, 0, middle - half, middle + half);
      context.closePath();
    }
    context.stroke();
  }
}
