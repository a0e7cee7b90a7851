import { useState } from 'preact/hooks';
import { deliveries, type Delivery } from '../model/api-models.ts';
import { stagesOf } from '../model/models.ts';

/** Delivers the champion anew: to chosen cameras first, then to shares of all. */
export function StartRollout(props: {
  cameras: readonly Delivery[];
  usual: readonly string[];
  started: () => void;
}) {
  const { cameras } = props;
  const [shares, setShares] = useState(props.usual.join(', '));
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const fabs = [...new Set(cameras.map((camera) => camera.fab))];
  const of = (fab: string) =>
    cameras.filter((camera) => camera.fab === fab).map((camera) => `${fab}/${camera.camera}`);
  const stages = stagesOf(chosen, shares);
  const choose = (names: readonly string[], on: boolean) =>
    setChosen((now) => [
      ...now.filter((name) => !names.includes(name)),
      ...(on ? names : []),
    ]);
  const start = async () => {
    setBusy(true);
    setError(null);
    try {
      await deliveries.start(stages!);
      props.started();
    } catch (e) {
      setError((e as Error).message);
    }
    setBusy(false);
  };
  return (
    <details class='panel start-rollout'>
      <summary>
        <h2>Deliver the champion in stages of your own</h2>
      </summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <p class='fine'>
          A new champion goes out by itself in {props.usual.join(', ')}{' '}
          of the cameras. This begins anew; a rollout that is under way stops where it is.
        </p>
        {fabs.map((fab) => (
          <fieldset key={fab}>
            <legend>
              <label>
                <input
                  type='checkbox'
                  checked={of(fab).every((name) => chosen.includes(name))}
                  onChange={(e) => choose(of(fab), e.currentTarget.checked)}
                />{' '}
                {fab}, first of all
              </label>
            </legend>
            {of(fab).map((name) => (
              <label key={name}>
                <input
                  type='checkbox'
                  checked={chosen.includes(name)}
                  onChange={(e) => choose([name], e.currentTarget.checked)}
                />{' '}
                {name.slice(fab.length + 1)}
              </label>
            ))}
          </fieldset>
        ))}
        <label class='shares'>
          then shares of all cameras, in %{' '}
          <input value={shares} onInput={(e) => setShares(e.currentTarget.value)} />
        </label>
        <p aria-live='polite'>
          {stages === null
            ? (
              <span class='failing'>
                Shares are whole numbers from 1 to 100, such as 10, 50, 100.
              </span>
            )
            : stages.length === 0
            ? 'Choose cameras or shares.'
            : `Stages: ${stages.join(' → ')}`}
        </p>
        <button type='submit' class='primary' disabled={busy || !stages || stages.length === 0}>
          Deliver
        </button>
        {error && (
          <p class='error' role='alert'>
            {error}
          </p>
        )}
      </form>
    </details>
  );
}
