import { useEffect, useState } from 'preact/hooks';
import { quarantineApi, type Refused, type RefusedDetail } from '../model/api-quarantine.ts';
import { live } from '../model/live.ts';
import { replaceParams, route } from '../model/route.ts';
import { useStore } from '../model/use-store.ts';
import { Empty } from '../parts/empty.tsx';
import { Time } from '../parts/time.tsx';
import { UnclassifiedImages } from '../parts/unclassified.tsx';

const PAGE = 100;

/** Messages that the hub refused, with the reason and what they held. */
export function QuarantineView() {
  const { params } = useStore(route);
  const { refused, next, error, loading, readMore } = useRefused();
  const chosen = Number(params.get('message')) || refused[0]?.id;
  if (error) {
    return <Empty title={error} hint='It is read again with the next event.' />;
  }
  if (refused.length === 0) {
    return loading ? <div aria-busy='true' /> : (
      <>
        <UnclassifiedImages />
        <Empty
          title='Nothing was refused'
          hint='A message that breaks a limit is kept here with the reason, for a person to see.'
        />
      </>
    );
  }
  return (
    <>
      <UnclassifiedImages />
      <div class='split'>
        <div class='table-box'>
          <table class='rows'>
            <thead>
              <tr>
                <th scope='col'>Received</th>
                <th scope='col'>Topic</th>
                <th scope='col'>Reason</th>
              </tr>
            </thead>
            <tbody>
              {refused.map((message) => (
                <tr
                  key={message.id}
                  class={message.id === chosen ? 'chosen' : ''}
                  onClick={() => replaceParams({ message: String(message.id) })}
                >
                  <td>
                    <button type='button' class='link' aria-pressed={message.id === chosen}>
                      <Time at={message.lastReceivedAt} />
                    </button>
                    {message.times > 1 && <span class='fine'>{message.times} times</span>}
                  </td>
                  <td class='mono'>{message.topic}</td>
                  <td>{message.reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {next !== null && (
            <button type='button' class='more' onClick={readMore}>
              Older messages
            </button>
          )}
        </div>
        {chosen !== undefined && <Message id={chosen} />}
      </div>
    </>
  );
}

function useRefused() {
  const [state, setState] = useState<{
    refused: Refused[];
    next: string | null;
    error: string | null;
    loading: boolean;
  }>({ refused: [], next: null, error: null, loading: true });
  const read = (cursor: string | null) =>
    quarantineApi.refused(PAGE, cursor).then(
      (page) =>
        setState((s) => ({
          refused: cursor === null ? page.items : [...s.refused, ...page.items],
          next: page.next,
          error: null,
          loading: false,
        })),
      (e: Error) => setState((s) => ({ ...s, error: e.message, loading: false })),
    );
  useEffect(() => {
    void read(null);
    const ends = [
      live.on('quarantine', (message) =>
        setState((s) => ({
          ...s,
          refused: [message, ...s.refused.filter((r) => r.id !== message.id)],
        }))),
      live.on('refetch', () => void read(null)),
    ];
    return () => ends.forEach((end) => end());
  }, []);
  return { ...state, readMore: () => void read(state.next) };
}

function Message({ id }: { id: number }) {
  const [message, setMessage] = useState<RefusedDetail | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    setError(null);
    let wanted = true;
    quarantineApi.detail(id).then(
      (m) => wanted && setMessage(m),
      (e: Error) => wanted && setError(e.message),
    );
    return () => {
      wanted = false;
    };
  }, [id]);
  if (error || message?.id !== id) {
    return <section class='message'>{error && <Empty title={error} />}</section>;
  }
  return (
    <section class='message' aria-label='Refused message'>
      <h2>{message.reason}</h2>
      <dl>
        <div>
          <dt>Topic</dt>
          <dd class='mono'>{message.topic}</dd>
        </div>
        <div>
          <dt>Received</dt>
          <dd>
            <Time at={message.lastReceivedAt} />
            {message.times > 1 && (
              <>
                , {message.times.toLocaleString('en')} times since{' '}
                <Time at={message.firstReceivedAt} />
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>Payload</dt>
          <dd>
            {message.payloadBytes.toLocaleString('en')} bytes
            {message.keptBytes < message.payloadBytes &&
              `, the first ${message.keptBytes.toLocaleString('en')} kept`} ·{' '}
            <a href={message.payloadUrl} download>
              download
            </a>
          </dd>
        </div>
      </dl>
      <pre tabIndex={0} aria-label='Start of the payload'>
        {message.payloadStart}
      </pre>
    </section>
  );
}
