import { useRef, useState } from 'preact/hooks';
import { MAX_MODEL_BYTES, type ModelDetail, models } from '../model/api-models.ts';
import { shortId, sizeText } from '../model/models.ts';

type Sending =
  | { kind: 'sending'; name: string; share: number }
  | { kind: 'refused'; name: string; why: string }
  | { kind: 'taken'; name: string; model: ModelDetail };

/** Brings a model's zip; the hub runs it on its test vectors before it takes it. */
export function ModelImport({ done }: { done: () => void }) {
  const [sending, setSending] = useState<Sending | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const take = async (file: File) => {
    const { name } = file;
    if (file.size > MAX_MODEL_BYTES) {
      const why = `${sizeText(file.size)}; the hub takes ${
        sizeText(MAX_MODEL_BYTES)
      } at most here, larger ones by 'fabwafer model import' on its own machine`;
      setSending({ kind: 'refused', name, why });
      return;
    }
    setSending({ kind: 'sending', name, share: 0 });
    try {
      const model = await models.add(file, (share) => setSending({ kind: 'sending', name, share }));
      setSending({ kind: 'taken', name, model });
      done();
    } catch (e) {
      setSending({ kind: 'refused', name, why: (e as Error).message });
    }
  };
  return (
    <>
      <button
        type='button'
        class='primary'
        disabled={sending?.kind === 'sending'}
        onClick={() => input.current?.click()}
      >
        Import a model …
      </button>
      <input
        ref={input}
        type='file'
        class='unseen'
        tabIndex={-1}
        aria-label='Zip of a model'
        accept='.zip,application/zip'
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (file) {
            void take(file);
          }
        }}
      />
      <div class='import-state' aria-live='polite'>
        {sending?.kind === 'sending' && (
          <>
            <progress aria-label={`Sending ${sending.name}`} value={sending.share} max={1} />
            <span>
              {sending.share < 1
                ? `${sending.name}: ${(sending.share * 100).toFixed(0)} %`
                : `${sending.name}: the hub tries it on its test vectors`}
            </span>
          </>
        )}
        {sending?.kind === 'refused' && (
          <p class='error' role='alert'>
            {sending.name} was refused: {sending.why}
          </p>
        )}
        {sending?.kind === 'taken' && (
          <p>
            {sending.name} passed its checks: model <b class='mono'>{shortId(sending.model.id)}</b>,
            {' '}
            {sending.model.classes.length} classes.
          </p>
        )}
      </div>
    </>
  );
}
