// The Live wall: what the hub counted, kept current by events until it is counted again.

import type { Alarm } from './api-alarms.ts';
import type { Camera } from './api-devices.ts';
import type { Wafer } from './api-wafers.ts';
import type { Wall, WallCamera } from './api-live.ts';
import { isDefect } from './patterns.ts';
import { keyText, newestFirst } from './wafer-key.ts';

/** Newest wafers kept: more than a wall has room for. */
export const MAX_NEWEST = 24;

type Fab = string | undefined;

/** A wafer was classified: it is the newest, and its camera has seen one more. */
export function withWafer(wall: Wall, wafer: Wafer, fab: Fab): Wall {
  const text = keyText(wafer);
  if ((fab && wafer.fab !== fab) || wall.newest.some((w) => keyText(w) === text)) {
    return wall;
  }
  const newest = [wafer, ...wall.newest].sort(newestFirst).slice(0, MAX_NEWEST);
  const isNew = newest[0] === wafer;
  return {
    ...wall,
    newest,
    // An old wafer that came late belongs to another hour: the next count has it.
    cameras: isNew
      ? wall.cameras.map((c) => (isOf(c, wafer) ? counted(c, wafer) : c))
      : wall.cameras,
  };
}

function isOf(camera: WallCamera, of: { fab: string | null; camera: string | null }): boolean {
  return camera.fab === of.fab && camera.camera === of.camera;
}

function counted(camera: WallCamera, wafer: Wafer): WallCamera {
  const defects = Math.round((camera.defectRate ?? 0) * camera.wafers) +
    (isDefect(wafer.prediction) ? 1 : 0);
  const wafers = camera.wafers + 1;
  const byHour = camera.byHour.slice();
  byHour[byHour.length - 1]! += 1;
  return { ...camera, wafers, byHour, defectRate: defects / wafers, lastHour: camera.lastHour + 1 };
}

type Image = Pick<Wafer, 'fab' | 'camera' | 'imgid' | 'timestamp' | 'imageUrl' | 'waferMapUrl'>;

export function withImage(wall: Wall, image: Image): Wall {
  const text = keyText(image);
  return {
    ...wall,
    newest: wall.newest.map((w) =>
      keyText(w) === text ? { ...w, imageUrl: image.imageUrl, waferMapUrl: image.waferMapUrl } : w
    ),
  };
}

/** A camera told how it is; one that is new comes with the next count. */
export function withStatus(wall: Wall, status: Camera, at: string): Wall {
  return {
    ...wall,
    cameras: wall.cameras.map((c) =>
      c.fab === status.fab && c.camera === status.camera
        ? {
          ...c,
          ...status,
          fab: c.fab,
          stateSinceAt: status.state === c.state ? c.stateSinceAt : at,
        }
        : c
    ),
  };
}

/** Whether somebody should still look. */
export function lasts(alarm: Alarm): boolean {
  return alarm.state === 'open' || alarm.state === 'acknowledged';
}

export function withAlarm(wall: Wall, alarm: Alarm, fab: Fab): Wall {
  if (alarm.kind !== 'wafers' || (fab && alarm.fab !== fab)) {
    return wall;
  }
  const before = wall.alarms.some((a) => a.id === alarm.id);
  const others = wall.alarms.filter((a) => a.id !== alarm.id);
  const now = lasts(alarm);
  return {
    ...wall,
    alarms: now ? [alarm, ...others].sort((a, b) => b.id - a.id) : others,
    lastingAlarms: wall.lastingAlarms + Number(now) - Number(before),
  };
}

/** Alarms that last, of one camera. */
export function alarmsOf(wall: Wall, camera: WallCamera): readonly Alarm[] {
  return wall.alarms.filter((a) => isOf(camera, a));
}

/** What the wall says about all of it, in figures. */
export function figures(
  wall: Wall,
): { online: number; lastHour: number; defectRate: number | null } {
  const wafers = wall.cameras.reduce((sum, c) => sum + c.wafers, 0);
  const defects = wall.cameras.reduce((sum, c) => sum + (c.defectRate ?? 0) * c.wafers, 0);
  return {
    online: wall.cameras.filter((c) => c.state === 'online').length,
    lastHour: wall.cameras.reduce((sum, c) => sum + c.lastHour, 0),
    defectRate: wafers === 0 ? null : defects / wafers,
  };
}

/**
 * The tiles of one turn where not all have room: those that need somebody come first, and the wall
 * goes through the rest by itself.
 */
export function tilesOfTurn(
  wall: Wall,
  room: number,
  turn: number,
): { tiles: readonly WallCamera[]; turn: number; turns: number } {
  const needs = (c: WallCamera) =>
    c.state === 'offline' || c.problems.length > 0 || alarmsOf(wall, c).length > 0;
  if (wall.cameras.length <= room) {
    return { tiles: wall.cameras, turn: 0, turns: 1 };
  }
  const ordered = [...wall.cameras.filter(needs), ...wall.cameras.filter((c) => !needs(c))];
  const turns = Math.ceil(ordered.length / room);
  const at = turn % turns;
  return { tiles: ordered.slice(at * room, (at + 1) * room), turn: at, turns };
}
