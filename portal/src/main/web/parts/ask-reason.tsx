import { useState } from 'preact/hooks';
import { MAX_REASON } from '../model/api-models.ts';
import { Dialog } from './dialog.tsx';

/** Asks why somebody does something, then does it; a refusal is told where they are. */
export function AskReason(props: {
  title: string;
  /** What it leads to. */
  hint: string;
  submit: string;
  /** Not to be done by accident: the button says so. */
  danger?: boolean;
  /** A comment may be empty; nothing: it is only to be confirmed. */
  ask?: 'reason' | 'comment' | 'nothing';
  act: (reason: string) => Promise<unknown>;
  close: () => void;
}) {
  const ask = props.ask ?? 'reason';
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const act = async () => {
    setBusy(true);
    setError(null);
    try {
      await props.act(reason.trim());
      props.close();
    } catch (e) {
      setError((e as Error).message);
      setBusy(false);
    }
  };
  return (
    <Dialog title={props.title} close={props.close}>
      <form
        class='ask-reason'
        onSubmit={(event) => {
          event.preventDefault();
          void act();
        }}
      >
        <p class={props.danger ? 'warning' : ''}>{props.hint}</p>
        {ask !== 'nothing' && (
          <label>
            {ask === 'comment' ? 'Comment (optional)' : 'Reason'}
            <textarea
              rows={3}
              required={ask === 'reason'}
              maxLength={MAX_REASON}
              value={reason}
              onInput={(e) => setReason(e.currentTarget.value)}
            />
          </label>
        )}
        {error && (
          <p class='error' role='alert'>
            {error}
          </p>
        )}
        <p class='ask-buttons'>
          <button type='button' onClick={props.close}>
            Cancel
          </button>
          <button
            type='submit'
            class={props.danger ? 'danger' : 'primary'}
            disabled={busy || (ask === 'reason' && reason.trim() === '')}
          >
            {props.submit}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
