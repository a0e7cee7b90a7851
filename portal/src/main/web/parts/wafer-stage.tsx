import { useState } from 'preact/hooks';
import type { Wafer, WaferDetail } from '../model/api-wafers.ts';
import { useKeys } from '../model/keys.ts';
import { flipped, lieOf, lieText, turned } from '../model/lie.ts';
import { replaceParams, route } from '../model/route.ts';
import { useDieBins } from '../model/use-die-bins.ts';
import { useStore } from '../model/use-store.ts';
import { useWaferMap } from '../model/use-wafer-map.ts';
import { useWhy } from '../model/use-why.ts';
import type { Zones } from '../model/use-zones.ts';
import { DieMap } from './die-map.tsx';
import { Empty } from './empty.tsx';
import { Time } from './time.tsx';
import { Toggle } from './toggle.tsx';
import { WhyLegend } from './why-legend.tsx';

/** The chosen wafer in the large, with its name, time and counts. */
export function WaferStage(props: {
  wafer: Wafer;
  detail: WaferDetail | null;
  /** Absent where nobody asks for them. */
  zones?: Zones;
}) {
  const { wafer, detail, zones } = props;
  const lie = lieOf(useStore(route).params.get('lie'));
  const loaded = useWaferMap(wafer.imageUrl === null ? null : wafer.waferMapUrl);
  const [asReceived, setAsReceived] = useState(false);
  const map = loaded?.kind === 'map' ? loaded.map : null;
  const dieWords = useDieBins(detail);
  const why = useWhy(wafer, map !== null && !asReceived);
  const turn = () => replaceParams({ lie: lieText(turned(lie)) });
  const flip = () => replaceParams({ lie: lieText(flipped(lie)) });
  useKeys({
    i: () => setAsReceived(!asReceived),
    w: why.toggle,
    z: zones?.toggle,
    t: turn,
    m: flip,
  });
  return (
    <section class='stage' aria-label='Wafer'>
      <header>
        <h1 title={wafer.imgid}>{wafer.imgid}</h1>
        <span>
          {wafer.fab} / {wafer.camera}
        </span>
        {wafer.lot && <span class='lot-name'>Lot {wafer.lot}</span>}
        {wafer.wafer && <span class='wafer-name'>Wafer {wafer.wafer}</span>}
        <Time at={wafer.timestamp} />
        {map && <Counts {...map} />}
        {map && (
          <>
            <button
              type='button'
              class='quiet'
              title='Turn the view; dies and label stay as they are (t)'
              onClick={turn}
            >
              ⟳<span class='unseen'>Turn</span>
              {lie.turns > 0 && ` ${lie.turns * 90}°`}
            </button>
            <button
              type='button'
              class='quiet'
              aria-pressed={lie.flip}
              title='Mirror the view; dies and label stay as they are (m)'
              onClick={flip}
            >
              ⇋<span class='unseen'>Mirror</span>
            </button>
            {zones && <Toggle on={zones.on} sign='z' name='Zones' press={zones.toggle} />}
          </>
        )}
        {map && <Toggle on={why.on} sign='w' name='Why' press={why.toggle} />}
        {wafer.imageUrl && (
          <button
            type='button'
            class='quiet'
            aria-pressed={asReceived}
            title='The image file as it was received (i)'
            onClick={() => setAsReceived(!asReceived)}
          >
            Image
          </button>
        )}
      </header>
      <div class='stage-body'>{body()}</div>
      {why.on && map && !asReceived && <WhyLegend wafer={wafer} why={why} />}
    </section>
  );

  function body() {
    if (wafer.imageUrl === null) {
      return (
        <Empty
          title='No image yet'
          hint="The prediction came without its image. It appears here when the camera's device sends it."
        />
      );
    }
    if (asReceived || loaded?.kind === 'no-map') {
      return (
        <figure class='as-received'>
          <img src={wafer.imageUrl} alt={`Image of ${wafer.imgid} as received`} />
          {loaded?.kind === 'no-map' && <figcaption>{loaded.reason}</figcaption>}
        </figure>
      );
    }
    if (loaded?.kind === 'failed') {
      return <Empty title={loaded.reason} hint='Trying again.' />;
    }
    const explanation = why.state?.kind === 'explained' ? why.state.explanation : undefined;
    return map && (
      <DieMap
        map={map}
        name={wafer.imgid}
        notch={wafer.notch ?? undefined}
        explanation={explanation}
        lie={lie}
        zones={zones?.yields ?? null}
        dieWords={dieWords}
      />
    );
  }
}

function Counts(props: {
  width: number;
  height: number;
  dies: number;
  failing: number;
  yieldRatio: number;
}) {
  const n = (value: number) => value.toLocaleString('en');
  return (
    <span class='counts'>
      {props.width} × {props.height} · {n(props.dies)} dies ·{' '}
      <b class='failing'>{n(props.failing)} failing</b> · yield{' '}
      {(props.yieldRatio * 100).toFixed(1)} %
    </span>
  );
}
