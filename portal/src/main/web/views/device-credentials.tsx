import { useEffect, useState } from 'preact/hooks';
import {
  deviceApi,
  type DeviceCredential,
  type NewDeviceCredential,
} from '../model/api-devices.ts';
import { Time } from '../parts/time.tsx';

const STATES: Record<DeviceCredential['state'], string> = {
  waiting: 'Waits to enrol',
  expired: 'Over: needs a new token',
  active: 'Active',
  revoked: 'Revoked',
};

/** Who may connect to the hub's broker, for admins. */
export function DeviceCredentials() {
  const [items, setItems] = useState<DeviceCredential[]>([]);
  const [fresh, setFresh] = useState<NewDeviceCredential | null>(null);
  const [error, setError] = useState<string | null>(null);
  const read = () =>
    deviceApi.credentials().then(
      (answer) => setItems(answer.items),
      (e: Error) => setError(e.message),
    );
  useEffect(() => void read(), []);
  const act = (action: Promise<DeviceCredential | NewDeviceCredential>) => {
    setError(null);
    setFresh(null);
    action
      .then((device) => setFresh('token' in device || 'password' in device ? device : null))
      .catch((e: Error) => setError(e.message))
      .finally(() => void read());
  };
  return (
    <section class='fab' aria-labelledby='credentials'>
      <h2 id='credentials'>Credentials</h2>
      {error && (
        <p class='error' role='alert'>
          {error}
        </p>
      )}
      {fresh && <FreshSecret fresh={fresh} close={() => setFresh(null)} />}
      {items.length > 0 && (
        <div class='table-box'>
          <table>
            <thead>
              <tr>
                <th scope='col'>Device</th>
                <th scope='col'>Speaks for</th>
                <th scope='col'>Credential</th>
                <th scope='col'>State</th>
                <th scope='col'>Last seen</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {items.map((device) => (
                <CredentialRow key={device.device} device={device} act={act} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <NewDevice act={act} />
    </section>
  );
}

function CredentialRow(props: {
  device: DeviceCredential;
  act: (action: Promise<DeviceCredential>) => void;
}) {
  const { device, act } = props;
  const [sure, setSure] = useState(false);
  const revoked = device.state === 'revoked';
  return (
    <tr>
      <td>{device.device}</td>
      <td>
        {device.fab}: {device.cameras.length === 0 ? 'every camera' : device.cameras.join(', ')}
      </td>
      <td>
        {device.credential} {device.certificateEndsAt && (
          <span class='fine'>
            until <Time at={device.certificateEndsAt} />
          </span>
        )}
      </td>
      <td>{STATES[device.state]}</td>
      <td>
        {device.lastSeenAt ? <Time at={device.lastSeenAt} relative /> : 'never'}{' '}
        {device.lastAddress && <span class='fine'>{device.lastAddress}</span>}
      </td>
      <td class='actions'>
        {!revoked && (
          <>
            <button type='button' onClick={() => act(deviceApi.rotate(device.device))}>
              {device.credential === 'password' ? 'New password' : 'New token'}
            </button>
            <button
              type='button'
              class={sure ? 'danger' : ''}
              onBlur={() => setSure(false)}
              onClick={() => sure ? act(deviceApi.revoke(device.device)) : setSure(true)}
            >
              {sure ? `Really revoke ${device.device}` : 'Revoke'}
            </button>
          </>
        )}
      </td>
    </tr>
  );
}

/** A secret is shown once: the hub keeps a hash of it. */
function FreshSecret({ fresh, close }: { fresh: NewDeviceCredential; close: () => void }) {
  const secret = fresh.token ?? fresh.password ?? '';
  return (
    <div class='panel stacked' role='status'>
      <h3>
        {fresh.token ? 'Token' : 'Password'} of {fresh.device}
      </h3>
      <p>
        <code>{secret}</code>
      </p>
      <p class='fine'>
        {fresh.token
          ? (
            <>
              Shown once, for one enrolment until{' '}
              {fresh.tokenEndsAt && <Time at={fresh.tokenEndsAt} />}. On the agent’s machine:{' '}
              <code>fabwafer agent enrol --hub {location.origin} --data FOLDER --token</code>
            </>
          )
          : 'Shown once. The device gives its name as user.'}
      </p>
      <span>
        <button type='button' onClick={close}>Hide</button>
      </span>
    </div>
  );
}

function NewDevice({ act }: { act: (action: Promise<NewDeviceCredential>) => void }) {
  const [device, setDevice] = useState('');
  const [fab, setFab] = useState('');
  const [cameras, setCameras] = useState('');
  const [credential, setCredential] = useState<DeviceCredential['credential']>('certificate');
  const submit = (event: Event) => {
    event.preventDefault();
    const named = cameras.split(',').map((camera) => camera.trim()).filter(Boolean);
    act(deviceApi.add(device.trim(), fab.trim(), named, credential));
    setDevice('');
  };
  return (
    <form class='panel stacked' onSubmit={submit}>
      <h3>Add a device</h3>
      <label>
        Name
        <input
          autocomplete='off'
          required
          maxLength={128}
          value={device}
          onInput={(e) => setDevice(e.currentTarget.value)}
        />
      </label>
      <label>
        Fab
        <input
          autocomplete='off'
          required
          maxLength={128}
          value={fab}
          onInput={(e) => setFab(e.currentTarget.value)}
        />
      </label>
      <label>
        Cameras, between commas; none for every camera of the fab
        <input
          autocomplete='off'
          value={cameras}
          onInput={(e) => setCameras(e.currentTarget.value)}
        />
      </label>
      <label>
        Credential
        <select
          value={credential}
          onChange={(e) => setCredential(e.currentTarget.value as DeviceCredential['credential'])}
        >
          <option value='certificate'>certificate: an agent enrols with a token</option>
          <option value='password'>password: for a device that cannot enrol</option>
        </select>
      </label>
      <button type='submit' class='primary' disabled={!device || !fab}>Add</button>
    </form>
  );
}
