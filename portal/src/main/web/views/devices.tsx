import type { Camera, Fab } from '../model/api-devices.ts';
import { devices, readDevices } from '../model/devices.ts';
import { href } from '../model/route.ts';
import { session } from '../model/session.ts';
import { useStore } from '../model/use-store.ts';
import { CameraRate } from '../parts/camera-rate.tsx';
import { Empty } from '../parts/empty.tsx';
import { Time } from '../parts/time.tsx';
import { DeviceCredentials } from './device-credentials.tsx';

const STATE_WORDS = { online: 'Online', offline: 'Offline', unknown: 'No status' } as const;

/** The cameras; for admins also who may connect. */
export function DevicesView() {
  const me = useStore(session);
  const admin = me.kind === 'signed-in' && me.session.role === 'admin';
  return (
    <div class='page'>
      <Cameras />
      {admin && <DeviceCredentials />}
    </div>
  );
}

/** Fabs and their cameras: who is there, with which model, and what waits on the device. */
function Cameras() {
  const { fabs, loading, error } = useStore(devices);
  if (fabs.length === 0) {
    return error
      ? (
        <Empty title={error}>
          <button type='button' class='primary' onClick={() => void readDevices()}>
            Try again
          </button>
        </Empty>
      )
      : loading
      ? <div aria-busy='true' />
      : (
        <Empty
          title='No device was heard of yet'
          hint={
            <>
              Start <code>fabwafer agent</code>{' '}
              on the machine of a camera, with this hub as its broker.
            </>
          }
        />
      );
  }
  return (
    <>
      {fabs.map((fab) => <FabSection key={fab.fab} fab={fab} />)}
    </>
  );
}

function FabSection({ fab }: { fab: Fab }) {
  const online = fab.cameras.filter((c) => c.state === 'online').length;
  return (
    <section class='fab'>
      <h2>
        {fab.fab}{' '}
        <span class='fine'>
          {online} of {fab.cameras.length} online
        </span>
      </h2>
      <ul class='tiles'>
        {fab.cameras.map((camera) => (
          <li key={camera.camera}>
            <CameraTile fab={fab.fab} camera={camera} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function CameraTile({ fab, camera }: { fab: string; camera: Camera }) {
  const { spooled, spoolLimit } = camera;
  const full = spooled !== null && spoolLimit !== null && spooled > spoolLimit / 2;
  return (
    <article class={`tile ${camera.state}`}>
      <header>
        <h3>{camera.camera}</h3>
        <span class={`state ${camera.state}`}>{STATE_WORDS[camera.state]}</span>
      </header>
      <dl>
        <div>
          <dt>Last heard</dt>
          <dd>{camera.lastSeenAt ? <Time at={camera.lastSeenAt} relative /> : 'never'}</dd>
        </div>
        <div>
          <dt>Last 24 hours</dt>
          <dd>
            <CameraRate fab={fab} camera={camera.camera} />
          </dd>
        </div>
        <div>
          <dt>Model</dt>
          <dd title={camera.model ?? undefined}>{camera.model?.slice(0, 12) ?? 'not told'}</dd>
        </div>
        <div>
          <dt>Waiting</dt>
          <dd class={full ? 'failing' : ''}>
            {spooled === null
              ? 'not told'
              : `${spooled.toLocaleString('en')}${
                spoolLimit === null ? '' : ` of ${spoolLimit.toLocaleString('en')}`
              }`}
          </dd>
        </div>
        <div>
          <dt>Version</dt>
          <dd>{camera.version ?? 'not told'}</dd>
        </div>
      </dl>
      {camera.problems.length > 0 && (
        <ul class='problems failing' role='alert'>
          {camera.problems.map((problem) => <li key={problem}>{problem}</li>)}
        </ul>
      )}
      <footer>
        <a href={href('wafers', { fab, camera: camera.camera })}>Wafers</a>
        <a href={href('trend', { fab, camera: camera.camera })}>Trend</a>
      </footer>
    </article>
  );
}
