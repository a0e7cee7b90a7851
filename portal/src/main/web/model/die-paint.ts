// Paints a wafer map onto a canvas.

import { type Grid, isRound, type Size } from './die-grid.ts';
import type { WaferMap } from './wafer-maps.ts';

export type Rgb = readonly [number, number, number];

export interface DieColours {
  pass: Rgb;
  fail: Rgb;
  noDie: string;
  rim: string;
  heat: HeatColours;
}

/** What a failing die's value is shown as, from next to nothing to the strongest. */
export interface HeatColours {
  pass: Rgb;
  neutral: Rgb;
  littleFor: Rgb;
  allFor: Rgb;
  littleAgainst: Rgb;
  allAgainst: Rgb;
}

/** Of the strongest die's 100: below, a die is as grey as one that does not matter. */
export const NEUTRAL_BELOW = 7;

export type NotchSide = 'top' | 'right' | 'bottom' | 'left';

/** Pixels of pitch from which dies are drawn apart. */
const STREETS_FROM = 5;

/** The colour of a failing die whose value is -100 to 100. */
export function heatColour(value: number, colours: HeatColours): Rgb {
  if (Math.abs(value) < NEUTRAL_BELOW) {
    return colours.neutral;
  }
  const [from, to] = value > 0
    ? [colours.littleFor, colours.allFor]
    : [colours.littleAgainst, colours.allAgainst];
  const share = Math.min(1, (Math.abs(value) - NEUTRAL_BELOW) / (100 - NEUTRAL_BELOW));
  const mix = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * share);
  return [mix(0), mix(1), mix(2)];
}

/**
 * One pixel a die; positions without one stay clear.
 *
 * @param values a value for each position, which colours the failing dies; absent: pass and fail
 */
export function rasterise(
  map: WaferMap,
  colours: DieColours,
  values?: readonly number[],
): HTMLCanvasElement {
  const raster = document.createElement('canvas');
  raster.width = map.width;
  raster.height = map.height;
  const context = raster.getContext('2d')!;
  const image = context.createImageData(map.width, map.height);
  const pixels = new Uint32Array(image.data.buffer);
  const pass = packed(values ? colours.heat.pass : colours.pass);
  const fail = packed(colours.fail);
  for (let i = 0; i < pixels.length; i++) {
    const code = map.cells[i];
    if (code === 2) {
      pixels[i] = values ? packed(heatColour(values[i] ?? 0, colours.heat)) : fail;
    } else {
      pixels[i] = code === 1 ? pass : 0;
    }
  }
  context.putImageData(image, 0, 0);
  return raster;
}

/** Image data is RGBA in memory, which every browser's processor reads backwards. */
function packed([r, g, b]: Rgb): number {
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

export function paint(
  context: CanvasRenderingContext2D,
  map: WaferMap,
  raster: HTMLCanvasElement,
  grid: Grid,
  colours: DieColours,
  notch: NotchSide | undefined,
): void {
  const { width, height } = context.canvas;
  const size = { width: raster.width * grid.pitchX, height: raster.height * grid.pitchY };
  context.clearRect(0, 0, width, height);
  if (isRound(map)) {
    paintDisc(context, map.discScale, grid, size, colours, notch);
  } else {
    context.fillStyle = colours.noDie;
    context.fillRect(grid.x, grid.y, size.width, size.height);
  }
  // Larger dies keep their edges; smaller than a pixel they are averaged.
  context.imageSmoothingEnabled = Math.min(grid.pitchX, grid.pitchY) < 1.5;
  context.imageSmoothingQuality = 'high';
  context.drawImage(raster, grid.x, grid.y, size.width, size.height);
  if (Math.min(grid.pitchX, grid.pitchY) >= STREETS_FROM) {
    paintStreets(context, raster, grid, size, colours);
  }
}

function paintDisc(
  context: CanvasRenderingContext2D,
  scale: number,
  grid: Grid,
  size: Size,
  colours: DieColours,
  notch: NotchSide | undefined,
): void {
  const [rx, ry] = [(size.width / 2) * scale, (size.height / 2) * scale];
  const [cx, cy] = [grid.x + size.width / 2, grid.y + size.height / 2];
  context.fillStyle = colours.noDie;
  context.beginPath();
  context.ellipse(cx, cy, rx, ry, 0, 0, 2 * Math.PI);
  context.fill();
  if (notch) {
    const depth = Math.max(4, Math.min(rx, ry) * 0.03);
    const [dx, dy] = { top: [0, -1], right: [1, 0], bottom: [0, 1], left: [-1, 0] }[notch] as [
      number,
      number,
    ];
    const [tipX, tipY] = [cx + dx * (rx - depth), cy + dy * (ry - depth)];
    const [rimX, rimY] = [cx + dx * (rx + 1), cy + dy * (ry + 1)];
    context.fillStyle = colours.rim;
    context.beginPath();
    context.moveTo(tipX, tipY);
    context.lineTo(rimX + dy * depth, rimY + dx * depth);
    context.lineTo(rimX - dy * depth, rimY - dx * depth);
    context.fill();
  }
}

/** The saw's streets between dies, over the dies only. */
function paintStreets(
  context: CanvasRenderingContext2D,
  raster: HTMLCanvasElement,
  grid: Grid,
  size: Size,
  colours: DieColours,
): void {
  const { width, height } = context.canvas;
  context.fillStyle = colours.noDie;
  context.globalCompositeOperation = 'source-atop';
  const [left, right] = [Math.max(0, grid.x), Math.min(width, grid.x + size.width)];
  const [top, bottom] = [Math.max(0, grid.y), Math.min(height, grid.y + size.height)];
  const street = Math.max(1, Math.floor(Math.min(grid.pitchX, grid.pitchY) / 12));
  for (let column = 0; column <= raster.width; column++) {
    const x = grid.x + column * grid.pitchX;
    if (x >= left && x <= right) {
      context.fillRect(x, top, street, bottom - top);
    }
  }
  for (let row = 0; row <= raster.height; row++) {
    const y = grid.y + row * grid.pitchY;
    if (y >= top && y <= bottom) {
      context.fillRect(left, y, right - left, street);
    }
  }
  context.globalCompositeOperation = 'source-over';
}

/** The theme's colours, which live in the style sheet. */
export function dieColours(): DieColours {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    pass: rgb(colour('--die-pass')),
    fail: rgb(colour('--die-fail')),
    noDie: colour('--die-none'),
    rim: colour('--notch'),
    heat: {
      pass: rgb(colour('--heat-pass')),
      neutral: rgb(colour('--heat-neutral')),
      littleFor: rgb(colour('--heat-little-for')),
      allFor: rgb(colour('--heat-all-for')),
      littleAgainst: rgb(colour('--heat-little-against')),
      allAgainst: rgb(colour('--heat-all-against')),
    },
  };
}

function rgb(hex: string): Rgb {
  const n = parseInt(hex.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}
