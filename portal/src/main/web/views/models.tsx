// A model's life: the models, one of them, the pipeline, deliveries, the watch.

import { deliveries, type Delivery, type Model, models } from '../model/api-models.ts';
import { approvalText, figure, servedAt, sizeText } from '../model/models.ts';
import { href, replaceParams, route } from '../model/route.ts';
import { mayApprove } from '../model/session.ts';
import { usePolled } from '../model/use-polled.ts';
import { useStore } from '../model/use-store.ts';
import { Empty } from '../parts/empty.tsx';
import { ModelImport } from '../parts/model-import.tsx';
import { ModelName, StageMark } from '../parts/model-name.tsx';
import { Time } from '../parts/time.tsx';
import { DeliveriesTab } from './deliveries.tsx';
import { ModelPage } from './model-page.tsx';
import { PipelineTab } from './pipeline.tsx';
import { WatchTab } from './watch.tsx';

const TABS = {
  models: 'Models',
  pipeline: 'Pipeline',
  deliveries: 'Deliveries',
  watch: 'Watch',
} as const;
type Tab = keyof typeof TABS;

const POLL_MILLIS = 5_000;

export function ModelsView() {
  const { params } = useStore(route);
  const tab = (Object.keys(TABS) as Tab[]).find((name) => name === params.get('tab')) ?? 'models';
  const model = params.get('model');
  return (
    <div class='page models'>
      <nav class='subtabs' aria-label='Models'>
        {(Object.keys(TABS) as Tab[]).map((name) => (
          <a
            key={name}
            href={href('models', name === 'models' ? {} : { tab: name })}
            aria-current={name === tab ? 'page' : undefined}
          >
            {TABS[name]}
          </a>
        ))}
      </nav>
      {tab === 'models' && (model ? <ModelPage key={model} id={model} /> : <ModelList />)}
      {tab === 'pipeline' && <PipelineTab />}
      {tab === 'deliveries' && <DeliveriesTab />}
      {tab === 'watch' && <WatchTab />}
    </div>
  );
}

function ModelList() {
  const { params } = useStore(route);
  const retired = params.get('retired') === '1';
  const { answer, error, refresh } = usePolled('models', POLL_MILLIS, async (signal) => {
    const [{ items }, cameras] = await Promise.all([
      models.list(signal),
      deliveries.cameras(signal),
    ]);
    return { items, cameras: cameras.items };
  });
  if (!answer) {
    return error ? <Empty title={error} /> : <div aria-busy='true' />;
  }
  const shown = answer.items.filter((model) => retired || model.stage !== 'retired');
  const hidden = answer.items.length - shown.length;
  return (
    <>
      <div class='figures models-head'>
        <h1>Models</h1>
        {mayApprove() && <ModelImport done={refresh} />}
        {(retired || hidden > 0) && (
          <button
            type='button'
            class='quiet'
            aria-pressed={retired}
            onClick={() => replaceParams({ retired: retired ? undefined : '1' })}
          >
            {retired ? 'Retired ones too' : `${hidden} retired`}
          </button>
        )}
      </div>
      {error && <p class='error' role='alert'>{error}</p>}
      <div class='table-box'>
        <table class='model-list'>
          <thead>
            <tr>
              <th scope='col'>Model</th>
              <th scope='col'>Stage</th>
              <th scope='col'>Age</th>
              <th scope='col'>From</th>
              <th scope='col'>Parent</th>
              <th scope='col'>Gate</th>
              <th scope='col' class='number'>Macro-F1</th>
              <th scope='col' class='number'>ECE</th>
              <th scope='col'>Approval</th>
              <th scope='col'>Serves</th>
              <th scope='col' class='number'>Size</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((model) => <Row key={model.id} model={model} cameras={answer.cameras} />)}
          </tbody>
        </table>
      </div>
      <p class='fine'>
        Macro-F1 and calibration error as the gate measured them on held-out wafers; marked * as the
        model’s card says them, of other data.
      </p>
    </>
  );
}

const ORIGINS = { program: 'the program', import: 'import', training: 'training' } as const;

function Row({ model, cameras }: { model: Model; cameras: readonly Delivery[] }) {
  const star = model.measured?.by === 'card' ? '*' : '';
  return (
    <tr>
      <td>
        <ModelName id={model.id} />
        {model.note && <p class='fine note'>{model.note}</p>}
      </td>
      <td>
        <StageMark stage={model.stage} />
      </td>
      <td>
        <Time at={model.createdAt} relative />
      </td>
      <td>{ORIGINS[model.origin]}</td>
      <td>
        <ModelName id={model.parent} />
      </td>
      <td>
        {model.gate
          ? (
            <span class={model.gate.passed ? 'passing' : 'failing'}>
              {model.gate.passed ? 'passed' : 'failed'}
            </span>
          )
          : <span class='fine'>not judged</span>}
      </td>
      <td class='number'>{model.measured ? figure(model.measured.macroF1) + star : '–'}</td>
      <td class='number'>{model.measured ? figure(model.measured.ece) + star : '–'}</td>
      <td>
        {model.stage === 'candidate' || (model.approvals.length === 0 && model.stage !== 'test')
          ? <span class='fine'>–</span>
          : approvalText(model)}
      </td>
      <td>
        <Serves model={model} cameras={cameras} />
      </td>
      <td class='number'>{sizeText(model.bytes)}</td>
    </tr>
  );
}

/** Where a model answers: at the hub and at how many cameras. */
export function Serves({ model, cameras }: { model: Model; cameras: readonly Delivery[] }) {
  const at = servedAt(cameras, model.id);
  const hub = model.stage === 'champion'
    ? 'the hub'
    : model.stage === 'test' || model.stage === 'challenger'
    ? 'the hub, in shadow'
    : null;
  if (hub === null && at.length === 0) {
    return <span class='fine'>nowhere</span>;
  }
  return (
    <>
      {hub}
      {hub && at.length > 0 && ', '}
      {at.length > 0 && (
        <a
          href={href('models', { tab: 'deliveries' })}
          title={at.map((one) => `${one.fab}/${one.camera}`).join(', ')}
        >
          {at.length} {at.length === 1 ? 'camera' : 'cameras'}
        </a>
      )}
    </>
  );
}
