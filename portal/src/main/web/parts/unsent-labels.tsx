import { useState } from 'preact/hooks';
import type { PendingLabel } from '../model/label-queue.ts';
import { labels } from '../model/session.ts';
import { useStore } from '../model/use-store.ts';
import { Dialog } from './dialog.tsx';
import { PatternName } from './pattern.tsx';

/** Labels that the hub did not take yet. They are kept in the browser and sent again. */
export function UnsentLabels() {
  const [open, setOpen] = useState(false);
  const failing = useStore(labels.pending).filter((label) => label.error !== null);
  if (failing.length === 0) {
    return null;
  }
  const refused = failing.some((label) => label.refused);
  return (
    <>
      <button type='button' class='unsent' onClick={() => setOpen(true)}>
        {failing.length} {failing.length === 1 ? 'label' : 'labels'} not saved
        {refused ? '' : ', trying again'}
      </button>
      {open && (
        <Dialog title='Labels not saved yet' close={() => setOpen(false)}>
          <table>
            <thead>
              <tr>
                <th scope='col'>Wafer</th>
                <th scope='col'>Label</th>
                <th scope='col'>By</th>
                <th scope='col'>Why not saved</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {failing.map((label) => <Row key={label.n} label={label} />)}
            </tbody>
          </table>
          <p class='fine'>
            Kept in this browser until the hub has stored them or you discard them.
          </p>
          <button type='button' class='primary' onClick={() => labels.retry()}>
            Send again now
          </button>
        </Dialog>
      )}
    </>
  );
}

function Row({ label }: { label: PendingLabel }) {
  return (
    <tr>
      <td>
        {label.fab} / {label.camera} / {label.imgid}
      </td>
      <td>
        <PatternName label={label.ground_truth} />
      </td>
      <td>{label.reviewer}</td>
      <td>{label.error}</td>
      <td>
        <button type='button' onClick={() => labels.discard(label.n)}>
          Discard
        </button>
      </td>
    </tr>
  );
}
