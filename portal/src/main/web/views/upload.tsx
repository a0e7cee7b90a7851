// Files handed in by hand: classified by the hub and stored as if an agent had sent them.

import { useState } from 'preact/hooks';
import { upload, type Uploaded } from '../model/api-upload.ts';
import { devices } from '../model/devices.ts';
import { href } from '../model/route.ts';
import { useStore } from '../model/use-store.ts';
import { keyText } from '../model/wafer-key.ts';
import { PatternName } from '../parts/pattern.tsx';

const NAME = '[A-Za-z0-9_\\-][A-Za-z0-9._\\-]*';

interface Sent {
  id: number;
  name: string;
  answer?: Uploaded;
  error?: string;
}

export function UploadView() {
  const { fabs } = useStore(devices);
  const [fab, setFab] = useState('');
  const [camera, setCamera] = useState('');
  const [passBins, setPassBins] = useState('');
  const [notch, setNotch] = useState('');
  const [over, setOver] = useState(false);
  const [sent, setSent] = useState<readonly Sent[]>([]);
  const cameras = fabs.find((known) => known.fab === fab)?.cameras ?? [];
  const whole = new RegExp(`^${NAME}$`);
  const ready = whole.test(fab) && whole.test(camera);

  // One after the other: the hub reads two at a time, and others may be at it.
  const take = async (files: readonly File[]) => {
    const target = {
      fab,
      camera,
      ...(passBins.trim() ? { passBins: passBins.trim() } : {}),
      ...(notch ? { notch } : {}),
    };
    const entries = files.map((file, i) => ({ id: sent.length + i, name: file.name, file }));
    setSent((all) => [...entries.map(({ id, name }) => ({ id, name })).reverse(), ...all]);
    for (const { id, file } of entries) {
      const end = await upload(file, target).then(
        (answer) => ({ answer }),
        (e: Error) => ({ error: e.message }),
      );
      setSent((all) => all.map((one) => (one.id === id ? { ...one, ...end } : one)));
    }
  };

  return (
    <div class='page narrow upload'>
      <form class='upload-target' onSubmit={(event) => event.preventDefault()}>
        <label>
          Fab
          <input
            name='fab'
            required
            pattern={NAME}
            list='upload-fabs'
            value={fab}
            onInput={(e) => setFab(e.currentTarget.value)}
          />
        </label>
        <datalist id='upload-fabs'>
          {fabs.map((known) => <option key={known.fab} value={known.fab} />)}
        </datalist>
        <label>
          Camera
          <input
            name='camera'
            required
            pattern={NAME}
            list='upload-cameras'
            value={camera}
            onInput={(e) => setCamera(e.currentTarget.value)}
          />
        </label>
        <datalist id='upload-cameras'>
          {cameras.map((known) => <option key={known.camera} value={known.camera} />)}
        </datalist>
        <label>
          Passing bins
          <input
            name='passBins'
            placeholder='as the file says'
            value={passBins}
            onInput={(e) => setPassBins(e.currentTarget.value)}
          />
        </label>
        <label>
          Notch
          <select name='notch' value={notch} onChange={(e) => setNotch(e.currentTarget.value)}>
            <option value=''>as the file says</option>
            {['top', 'right', 'bottom', 'left'].map((side) => (
              <option key={side} value={side}>
                {side}
              </option>
            ))}
          </select>
        </label>
      </form>
      <label
        class={`drop ${over ? 'over' : ''} ${ready ? '' : 'off'}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(ready);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          if (ready) {
            void take([...(event.dataTransfer?.files ?? [])]);
          }
        }}
      >
        <b>{ready ? 'Drop files here, or choose them' : 'Say first whose wafers they are'}</b>
        <span>
          STDF, KLARF, G85, E142, SINF, text maps, CSV, JSON, pictures; also .gz, .bz2 and .zip
        </span>
        <input
          type='file'
          multiple
          disabled={!ready}
          onChange={(event) => {
            const files = [...(event.currentTarget.files ?? [])];
            event.currentTarget.value = '';
            void take(files);
          }}
        />
      </label>
      <ul class='uploads' aria-live='polite'>
        {sent.map((one) => <Result key={one.id} sent={one} />)}
      </ul>
    </div>
  );
}

function Result({ sent: { name, answer, error } }: { sent: Sent }) {
  const fresh = answer?.items.filter((item) => item.stored).length ?? 0;
  return (
    <li class='upload-result'>
      <h2>{name}</h2>
      {error && <p role='alert' class='error'>{error}</p>}
      {!error && !answer && <p aria-busy='true'>Being read …</p>}
      {answer && (
        <>
          <p>
            {answer.items.length} {answer.items.length === 1 ? 'wafer' : 'wafers'}, {fresh} new
            {answer.passedOver > 0 && `; ${answer.passedOver} files in it hold none`}
          </p>
          {answer.refused.map(({ where, reason }) => (
            <p key={where} role='alert' class='error'>
              {where}: {reason}
            </p>
          ))}
          <table>
            <tbody>
              {answer.items.map((item) => (
                <tr key={keyText(item)}>
                  <td>
                    <a
                      href={href('wafers', {
                        fab: item.fab,
                        camera: item.camera,
                        w: keyText(item),
                      })}
                    >
                      {[item.lot, item.wafer].filter(Boolean).join(' / ') || item.imgid}
                    </a>
                  </td>
                  <td>
                    <PatternName label={item.prediction} />
                  </td>
                  <td>{(item.probability * 100).toFixed(1)} %</td>
                  <td>{item.stored ? '' : 'stored before'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </li>
  );
}
