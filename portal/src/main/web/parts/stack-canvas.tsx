// The failing share by position: darker (in the dark, brighter) is more.

import { useEffect, useRef } from 'preact/hooks';
import type { Stack } from '../model/api-analytics.ts';
import { paintedTheme } from '../model/theme.ts';
import { useStore } from '../model/use-store.ts';

const SIDE = 420;

/** Steps of the scale, from no failing die to the highest share that occurs. */
const STEPS = ['--stack-0', '--stack-1', '--stack-2', '--stack-3', '--stack-4', '--stack-5'];

export function StackCanvas(props: { stack: Stack; small?: boolean }) {
  const { stack } = props;
  const ref = useRef<HTMLCanvasElement>(null);
  const painted = useStore(paintedTheme);
  const highest = highestShare(stack);
  useEffect(() => paint(ref.current!, stack, highest), [stack, painted]);
  return (
    <canvas
      ref={ref}
      class='stack-canvas'
      width={SIDE}
      height={SIDE}
      role='img'
      aria-label={`Failing share by position of ${stack.wafers} wafers, at most ${
        (highest * 100).toFixed(0)
      } %; the table holds the worst positions`}
    />
  );
}

export function highestShare(stack: Stack): number {
  return stack.dies.reduce(
    (most, dies, i) => Math.max(most, dies ? stack.failing[i]! / dies : 0),
    0,
  );
}

export function StackLegend({ highest }: { highest: number }) {
  return (
    <p class='stack-legend'>
      <span>0 %</span>
      {STEPS.map((_, i) => <i key={i} class={`stack-step-${i}`} />)}
      <span>{(highest * 100).toFixed(0)} %</span>
    </p>
  );
}

function paint(canvas: HTMLCanvasElement, stack: Stack, highest: number): void {
  const style = getComputedStyle(document.documentElement);
  const colours = STEPS.map((name) => style.getPropertyValue(name));
  const context = canvas.getContext('2d')!;
  context.fillStyle = style.getPropertyValue('--panel');
  context.fillRect(0, 0, SIDE, SIDE);
  const across = SIDE / stack.columns;
  const down = SIDE / stack.rows;
  stack.dies.forEach((dies, i) => {
    if (dies > 0) {
      const share = highest ? stack.failing[i]! / dies / highest : 0;
      context.fillStyle = colours[Math.ceil(share * (STEPS.length - 1))]!;
      context.fillRect(
        Math.floor((i % stack.columns) * across),
        Math.floor(Math.floor(i / stack.columns) * down),
        Math.ceil(across),
        Math.ceil(down),
      );
    }
  });
}
