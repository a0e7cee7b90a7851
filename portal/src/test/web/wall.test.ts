import type { Alarm } from '../../main/web/model/api-alarms.ts';
import type { Wafer } from '../../main/web/model/api-wafers.ts';
import type { Wall, WallCamera } from '../../main/web/model/api-live.ts';
import {
  figures,
  MAX_NEWEST,
  tilesOfTurn,
  withAlarm,
  withStatus,
  withWafer,
} from '../../main/web/model/wall.ts';
import { expectEqual, expectTrue } from './expect.ts';

function camera(name: string, more: Partial<WallCamera> = {}): WallCamera {
  return {
    fab: 'faba',
    camera: name,
    state: 'online',
    lastSeenAt: null,
    model: null,
    version: null,
    spooled: null,
    spoolLimit: null,
    problems: [],
    stateSinceAt: 'then',
    lastHour: 1,
    byHour: [3, 1],
    wafers: 4,
    defectRate: 0.25,
    yieldRatio: null,
    ...more,
  };
}

function wall(...cameras: WallCamera[]): Wall {
  const nothing = { moreCameras: 0, alarms: [], lastingAlarms: 0, newest: [] };
  return { at: 'now', model: null, cameras, ...nothing };
}

function wafer(timestamp: number, prediction: string, of = 'camera1'): Wafer {
  const key = { fab: 'faba', camera: of, imgid: `w${timestamp}`, timestamp };
  return { ...key, prediction, imageUrl: null, waferMapUrl: null } as Wafer;
}

function alarm(id: number, state: Alarm['state'], of = 'camera1'): Alarm {
  return { id, kind: 'wafers', state, fab: 'faba', camera: of } as Alarm;
}

Deno.test('a new wafer is shown first and counted for its camera alone', () => {
  const before = wall(camera('camera1'), camera('camera2'));
  const after = withWafer(before, wafer(10, 'Donut'), undefined);
  expectEqual(after.newest.map((w) => w.imgid), ['w10']);
  expectEqual(after.cameras[0]!.lastHour, 2);
  expectEqual(after.cameras[0]!.byHour, [3, 2]);
  expectEqual(after.cameras[0]!.defectRate, 0.4);
  expectEqual(after.cameras[1]!.lastHour, 1);
});

Deno.test('the same wafer told twice is counted once', () => {
  const once = withWafer(wall(camera('camera1')), wafer(10, 'none'), undefined);
  expectTrue(withWafer(once, wafer(10, 'none'), undefined) === once, 'unchanged');
});

Deno.test('a wafer that came late is not counted for the running hour', () => {
  const first = withWafer(wall(camera('camera1')), wafer(10, 'none'), undefined);
  const late = withWafer(first, wafer(5, 'none'), undefined);
  expectEqual(late.newest.map((w) => w.imgid), ['w10', 'w5']);
  expectEqual(late.cameras[0]!.lastHour, 2);
});

Deno.test('a wall that runs all night keeps a bounded number of wafers', () => {
  let now = wall(camera('camera1'));
  for (let i = 0; i < 3 * MAX_NEWEST; i++) {
    now = withWafer(now, wafer(i, 'none'), undefined);
  }
  expectEqual(now.newest.length, MAX_NEWEST);
  expectEqual(now.newest[0]!.imgid, `w${3 * MAX_NEWEST - 1}`);
});

Deno.test("another fab's wafers and alarms are not on a fab's wall", () => {
  const before = wall(camera('camera1'));
  expectTrue(withWafer(before, wafer(1, 'none'), 'fabb') === before, 'unchanged');
  expectTrue(withAlarm(before, alarm(1, 'open'), 'fabb') === before, 'unchanged');
});

Deno.test('an alarm stands until it is resolved or ends', () => {
  const open = withAlarm(wall(camera('camera1')), alarm(1, 'open'), undefined);
  expectEqual(open.lastingAlarms, 1);
  const known = withAlarm(open, alarm(1, 'acknowledged'), undefined);
  expectEqual([known.lastingAlarms, known.alarms.length], [1, 1]);
  const over = withAlarm(known, alarm(1, 'resolved'), undefined);
  expectEqual([over.lastingAlarms, over.alarms.length], [0, 0]);
  expectEqual(withAlarm(over, alarm(1, 'ended'), undefined).lastingAlarms, 0);
});

Deno.test('a camera that goes off line says since when', () => {
  const status = { ...camera('camera1'), state: 'offline' as const };
  const after = withStatus(wall(camera('camera1')), status, 'now');
  expectEqual(after.cameras[0]!.stateSinceAt, 'now');
  expectEqual(withStatus(after, status, 'later').cameras[0]!.stateSinceAt, 'now');
});

Deno.test('where not all tiles have room, those that need somebody come first and all take turns', () => {
  const many = wall(
    ...['a', 'b', 'c', 'd', 'e'].map((name) => camera(name)),
    camera('off', { state: 'offline' }),
  );
  const alarmed = withAlarm(many, alarm(1, 'open', 'd'), undefined);
  const names = (turn: number) => tilesOfTurn(alarmed, 4, turn).tiles.map((c) => c.camera);
  expectEqual(names(0), ['d', 'off', 'a', 'b']);
  expectEqual(names(1), ['c', 'e']);
  expectEqual(names(2), names(0));
  expectEqual(tilesOfTurn(alarmed, 6, 3).turns, 1);
});

Deno.test('the figures weigh each camera by its wafers', () => {
  const both = wall(camera('a'), camera('b', { wafers: 12, defectRate: 0, state: 'offline' }));
  expectEqual(figures(both), { online: 1, lastHour: 2, defectRate: 1 / 16 });
  expectEqual(figures(wall()).defectRate, null);
});
