// The wall: read from three metres, works all night without anybody.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Alarm } from '../model/api-alarms.ts';
import type { Wafer } from '../model/api-wafers.ts';
import type { Wall } from '../model/api-live.ts';
import { devices } from '../model/devices.ts';
import { useKeys } from '../model/keys.ts';
import { href, replaceParams, route } from '../model/route.ts';
import { localClock } from '../model/time.ts';
import { useStore } from '../model/use-store.ts';
import { useScreenOn, useWall } from '../model/use-wall.ts';
import { keyText } from '../model/wafer-key.ts';
import { alarmsOf, figures, tilesOfTurn } from '../model/wall.ts';
import { Empty } from '../parts/empty.tsx';
import { PatternName } from '../parts/pattern.tsx';
import { Thumb } from '../parts/thumb.tsx';
import { Time } from '../parts/time.tsx';
import { percent, WallTile } from '../parts/wall-tile.tsx';

/** A tile's least size, in the wall's own em. */
const TILE = { width: 16, height: 10.2, gap: 0.6 };

/** How long a turn of tiles stands where not all have room. */
const TURN_MILLIS = 12_000;

/** Pixels of a wafer map on the wall. */
const THUMB = 160;

export function LiveView() {
  const fab = useStore(route).params.get('fab') || undefined;
  const { wall, error } = useWall(fab);
  const ref = useRef<HTMLDivElement>(null);
  useScreenOn();
  const fullScreen = () =>
    void (document.fullscreenElement
      ? document.exitFullscreen()
      : ref.current!.requestFullscreen());
  useKeys({ f: fullScreen });
  return (
    <div class='wall' ref={ref}>
      <WallHead wall={wall} error={error} fab={fab} fullScreen={fullScreen} />
      {wall && wall.cameras.length === 0 && (
        <Empty
          title={fab ? `No camera of ${fab} was ever heard of` : 'No camera yet'}
          hint={
            <>
              Start an agent with <code>fabwafer agent</code>: its camera appears here by itself.
            </>
          }
        />
      )}
      {wall && wall.cameras.length > 0 && (
        <div class='wall-body'>
          <Tiles wall={wall} />
          <Alarms wall={wall} />
          <Newest wafers={wall.newest} />
        </div>
      )}
      {!wall && error && <Empty title={error} hint='The wall comes back by itself.' />}
    </div>
  );
}

function WallHead(props: {
  wall: Wall | null;
  error: string | null;
  fab: string | undefined;
  fullScreen: () => void;
}) {
  const { wall, error, fab } = props;
  const { fabs } = useStore(devices);
  const now = useClock();
  const all = wall && figures(wall);
  return (
    <header class='wall-head'>
      <h1 class='unseen'>Live</h1>
      {all && (
        <ul class='wall-figures'>
          <li>
            <b>{all.online}</b> of {wall.cameras.length + wall.moreCameras} on line
          </li>
          <li>
            <b>{all.lastHour.toLocaleString('en')}</b> wafers / h
          </li>
          <li>
            <b>{all.defectRate === null ? '–' : percent(all.defectRate)}</b> defects, 24 h
          </li>
          <li class={wall.lastingAlarms > 0 ? 'needs' : ''}>
            <b>{wall.lastingAlarms}</b> {wall.lastingAlarms === 1 ? 'alarm' : 'alarms'}
          </li>
        </ul>
      )}
      {error && wall && (
        <p class='wall-old' role='alert'>
          {error} Shown as of {localClock(Date.parse(wall.at))}.
        </p>
      )}
      <span class='wall-rest'>
        {(fabs.length > 1 || fab) && (
          <select
            aria-label='Fab'
            value={fab ?? ''}
            onChange={(e) => replaceParams({ fab: e.currentTarget.value || undefined })}
          >
            <option value=''>All fabs</option>
            {fabs.map((f) => <option key={f.fab} value={f.fab}>{f.fab}</option>)}
          </select>
        )}
        <button type='button' class='quiet' title='Full screen (f)' onClick={props.fullScreen}>
          Full screen
        </button>
        <span class='wall-clock'>{localClock(now)}</span>
      </span>
    </header>
  );
}

function Tiles({ wall }: { wall: Wall }) {
  const ref = useRef<HTMLElement>(null);
  const [room, setRoom] = useState(0);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const em = parseFloat(getComputedStyle(entry!.target).fontSize);
      const fitting = (size: number, least: number) =>
        Math.max(1, Math.floor((size / em + TILE.gap) / (least + TILE.gap)));
      const { width, height } = entry!.contentRect;
      setRoom(fitting(width, TILE.width) * fitting(height, TILE.height));
    });
    observer.observe(ref.current!);
    const turning = setInterval(() => setTurn((n) => n + 1), TURN_MILLIS);
    return () => {
      observer.disconnect();
      clearInterval(turning);
    };
  }, []);
  const shown = tilesOfTurn(wall, Math.max(1, room), turn);
  return (
    <section class='wall-cameras' aria-label='Cameras' ref={ref}>
      <ul>
        {room > 0 && shown.tiles.map((camera) => (
          <WallTile
            key={`${camera.fab}/${camera.camera}`}
            camera={camera}
            alarms={alarmsOf(wall, camera).length}
          />
        ))}
      </ul>
      {(shown.turns > 1 || wall.moreCameras > 0) && (
        <p class='wall-turn'>
          {shown.turns > 1 && `${shown.turn + 1} of ${shown.turns}`}
          {wall.moreCameras > 0 && ` · ${wall.moreCameras} more cameras: choose a fab`}
        </p>
      )}
    </section>
  );
}

function Alarms({ wall }: { wall: Wall }) {
  return (
    <section class='wall-side' aria-label='Open alarms'>
      <h2>Open alarms</h2>
      {wall.alarms.length === 0 && <p class='wall-quiet'>None.</p>}
      <ul>
        {wall.alarms.map((alarm) => <AlarmRow key={alarm.id} alarm={alarm} />)}
      </ul>
    </section>
  );
}

function AlarmRow({ alarm }: { alarm: Alarm }) {
  return (
    <li class={`wall-alarm ${alarm.state}`}>
      <a href={href('alarms')}>
        <PatternName label={alarm.prediction} />
        <span>{alarm.fab ? `${alarm.fab} / ${alarm.camera}` : alarm.subject}</span>
        <span class='wall-alarm-words'>
          {alarm.wafers.toLocaleString('en')} {alarm.wafers === 1 ? 'wafer' : 'wafers'} ·{' '}
          <Time at={alarm.lastSeenAt} relative />
          {alarm.acknowledgedBy && ` · known to ${alarm.acknowledgedBy}`}
        </span>
      </a>
    </li>
  );
}

function Newest({ wafers }: { wafers: readonly Wafer[] }) {
  return (
    <section class='wall-newest' aria-label='Newest wafers'>
      <h2 class='unseen'>Newest wafers</h2>
      {wafers.length === 0 && <p class='wall-quiet'>No wafer yet.</p>}
      <ul>
        {wafers.map((wafer) => (
          <li key={keyText(wafer)}>
            <a href={href('wafers', { w: keyText(wafer) })} title={wafer.imgid}>
              <Thumb wafer={wafer} pixels={THUMB} />
              <PatternName label={wafer.groundTruth?.ground_truth ?? wafer.prediction} />
              <span class='wall-when'>{wafer.fab} / {wafer.camera}</span>
              <span class='wall-when'>
                <Time at={wafer.timestamp} short />
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function useClock(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
