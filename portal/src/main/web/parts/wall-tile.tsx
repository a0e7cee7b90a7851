import type { WallCamera } from '../model/api-live.ts';
import { localTime } from '../model/time.ts';
import { href } from '../model/route.ts';

const STATE_WORDS = { online: 'on line', offline: 'OFF LINE', unknown: 'no status' } as const;

/** Characters of a model's id that tell it from others. */
const ID_CHARS = 8;

/** One camera on the wall. */
export function WallTile({ camera, alarms }: { camera: WallCamera; alarms: number }) {
  const { fab, state, problems, stateSinceAt } = camera;
  const rate = camera.defectRate;
  return (
    <li class={`wall-tile ${state} ${alarms > 0 || problems.length > 0 ? 'needs' : ''}`}>
      <header>
        <h3>
          <a href={href('wafers', { fab, camera: camera.camera })}>
            <span class='wall-fab'>{fab} /</span> {camera.camera}
          </a>
        </h3>
        <span class='wall-state'>
          {STATE_WORDS[state]}
        </span>
      </header>
      <dl>
        <div>
          <dt>wafers / h</dt>
          <dd>{camera.lastHour.toLocaleString('en')}</dd>
        </div>
        <div>
          <dt>defects</dt>
          <dd>{rate === null ? '–' : percent(rate)}</dd>
        </div>
        <div>
          <dt>yield</dt>
          <dd>{camera.yieldRatio === null ? '–' : percent(camera.yieldRatio)}</dd>
        </div>
      </dl>
      <HourBars byHour={camera.byHour} />
      <p class='wall-foot'>
        {state === 'offline' && stateSinceAt && (
          <b class='wall-problem'>since {localTime(Date.parse(stateSinceAt), Date.now())}</b>
        )}
        {alarms > 0 && <b class='wall-alarms'>{alarms} {alarms === 1 ? 'alarm' : 'alarms'}</b>}
        {problems.length > 0 ? <b class='wall-problem'>{problems[0]}</b> : (
          <span>
            {camera.model ? `model ${camera.model.slice(0, ID_CHARS)}` : 'model not told'}
          </span>
        )}
      </p>
    </li>
  );
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %`;
}

/** Wafers an hour of the last day, as bars; in words for who does not see them. */
function HourBars({ byHour }: { byHour: readonly number[] }) {
  const most = Math.max(1, ...byHour);
  return (
    <svg
      class='hour-bars'
      viewBox={`0 0 ${byHour.length * 4} 20`}
      preserveAspectRatio='none'
      role='img'
      aria-label={`Wafers an hour, oldest first: ${byHour.join(', ')}`}
    >
      {byHour.map((wafers, i) => {
        const height = wafers === 0 ? 0.6 : Math.max(1.2, (wafers / most) * 20);
        return <rect key={i} x={i * 4} y={20 - height} width={3} height={height} />;
      })}
    </svg>
  );
}
