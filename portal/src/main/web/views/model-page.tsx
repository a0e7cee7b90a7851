// One model: what it is, what the gate said, how it does in shadow, and what may be done with it.

import { deliveries, type ModelDetail, models } from '../model/api-models.ts';
import { approvalText, shortId, sizeText } from '../model/models.ts';
import { href, replaceParams, route } from '../model/route.ts';
import { usePolled } from '../model/use-polled.ts';
import { useStore } from '../model/use-store.ts';
import { Empty } from '../parts/empty.tsx';
import { GateVerdictPanels } from '../parts/gate-verdict.tsx';
import { ModelActions } from '../parts/model-actions.tsx';
import { ModelCard } from '../parts/model-card.tsx';
import { ModelComparisonPanel } from '../parts/model-comparison.tsx';
import { ModelHistory } from '../parts/model-history.tsx';
import { ModelName, StageMark } from '../parts/model-name.tsx';
import { ShadowPanel } from '../parts/shadow-panel.tsx';
import { TestVectorList } from '../parts/test-vectors.tsx';
import { Time } from '../parts/time.tsx';
import { Serves } from './models.tsx';

const PARTS = {
  gate: 'Gate',
  shadow: 'Shadow',
  card: 'Card and labels',
  compare: 'Compare',
  vectors: 'Test vectors',
  history: 'History',
} as const;
type Part = keyof typeof PARTS;

const POLL_MILLIS = 5_000;

export function ModelPage({ id }: { id: string }) {
  const { params } = useStore(route);
  const part = (Object.keys(PARTS) as Part[]).find((name) => name === params.get('part')) ?? 'gate';
  const { answer, error, refresh } = usePolled(id, POLL_MILLIS, async (signal) => {
    const [model, cameras] = await Promise.all([
      models.one(id, signal),
      deliveries.cameras(signal),
    ]);
    return { model, cameras: cameras.items };
  });
  if (!answer) {
    return error ? <Empty title={error} /> : <div aria-busy='true' />;
  }
  const { model, cameras } = answer;
  const done = (changed: ModelDetail) => {
    refresh();
    if (changed.id !== model.id) {
      location.hash = href('models', { model: changed.id });
    }
  };
  return (
    <>
      <header class='panel model-head'>
        <div class='figures'>
          <h1>
            Model <span class='mono'>{shortId(model.id)}</span>
          </h1>
          <StageMark stage={model.stage} />
          <p>{approvalOf(model)}</p>
          <ModelActions model={model} done={done} />
        </div>
        <dl class='facts-row'>
          <div>
            <dt>Came</dt>
            <dd>
              <Time at={model.createdAt} relative />, {origin(model)}
            </dd>
          </div>
          <div>
            <dt>Parent</dt>
            <dd>
              <ModelName id={model.parent} />
            </dd>
          </div>
          <div>
            <dt>Serves</dt>
            <dd>
              <Serves model={model} cameras={cameras} />
            </dd>
          </div>
          <div>
            <dt>Classes</dt>
            <dd>{model.classes.length}</dd>
          </div>
          <div>
            <dt>Size</dt>
            <dd>{sizeText(model.bytes)}</dd>
          </div>
          {model.note && (
            <div>
              <dt>Note</dt>
              <dd>{model.note}</dd>
            </div>
          )}
        </dl>
      </header>
      <nav class='segments' aria-label='About the model'>
        {(Object.keys(PARTS) as Part[]).map((name) => (
          <button
            key={name}
            type='button'
            class='segment'
            aria-pressed={name === part}
            onClick={() => replaceParams({ part: name === 'gate' ? undefined : name })}
          >
            {PARTS[name]}
          </button>
        ))}
      </nav>
      {part === 'gate' &&
        (model.verdict ? <GateVerdictPanels verdict={model.verdict} /> : (
          <Empty
            title='The gate has not judged this model'
            hint='Send it through the gate: it is measured on reviewed wafers that no training saw, and on past excursions, beside the champion.'
          />
        ))}
      {part === 'shadow' && <ShadowPanel model={model.id} />}
      {part === 'card' && <ModelCard model={model} />}
      {part === 'compare' && <ModelComparisonPanel model={model} />}
      {part === 'vectors' && <TestVectorList model={model} />}
      {part === 'history' && <ModelHistory events={model.events} />}
    </>
  );
}

function approvalOf(model: ModelDetail): string {
  switch (model.stage) {
    case 'candidate':
      return `${model.approversNeeded} ${
        model.approversNeeded === 1 ? 'person' : 'persons'
      } must approve it after its test`;
    case 'test':
    case 'challenger':
      return approvalText(model);
    case 'champion':
    case 'retired':
      return model.approvals.length === 0 ? '' : approvalText(model);
  }
}

function origin(model: ModelDetail): string {
  switch (model.origin) {
    case 'program':
      return 'with the program';
    case 'import':
      return `imported by ${model.createdBy.replace(/^user:/, '')}`;
    case 'training':
      return 'trained by the pipeline';
  }
}
