// The work place: wafers at the left, the chosen one in the middle, its verdict at the right.

import { filterOf, isNarrowed } from '../model/filter.ts';
import { useKeys } from '../model/keys.ts';
import { LABEL_KEYS } from '../model/patterns.ts';
import { effectiveLabel } from '../model/review.ts';
import { replaceParams, route } from '../model/route.ts';
import { stackedMapOf } from '../model/selection-links.ts';
import { mayReview } from '../model/session.ts';
import { useDetail } from '../model/use-detail.ts';
import { useLabelling } from '../model/use-labelling.ts';
import { useZones } from '../model/use-zones.ts';
import { useStore } from '../model/use-store.ts';
import { useWafers } from '../model/use-wafers.ts';
import { CommentBox } from '../parts/comment-box.tsx';
import { Empty } from '../parts/empty.tsx';
import { FilterBar } from '../parts/filter-bar.tsx';
import { Gallery } from '../parts/gallery.tsx';
import { LotWafers } from '../parts/lot-wafers.tsx';
import { SimilarWafers } from '../parts/similar-wafers.tsx';
import { Toggle } from '../parts/toggle.tsx';
import { Verdict } from '../parts/verdict.tsx';
import { WaferFacts } from '../parts/wafer-facts.tsx';
import { WaferStage } from '../parts/wafer-stage.tsx';
import { WaferStrip } from '../parts/wafer-strip.tsx';
import { ZoneTable } from '../parts/zone-table.tsx';

type Wafers = ReturnType<typeof useWafers>;
type Labelling = ReturnType<typeof useLabelling>;

export function WafersView() {
  const { params } = useStore(route);
  const filter = filterOf(params);
  const gallery = params.get('layout') === 'gallery';
  const toggleGallery = () => replaceParams({ layout: gallery ? undefined : 'gallery' });
  const wafers = useWafers(filter);
  const { wafer, selected, follow } = wafers;
  const labelling = useLabelling(wafer, wafers.wafers[selected + 1], follow);
  useWaferKeys(wafers, labelling);
  useKeys({ g: toggleGallery });
  const count = wafers.wafers.length;
  return (
    <>
      <FilterBar filter={filter} labels>
        {wafers.anchored && (
          <button type='button' class='quiet' onClick={wafers.showNewest}>
            Older wafers · show the newest
          </button>
        )}
        <Toggle on={gallery} sign='g' name='Gallery' press={toggleGallery} />
        {gallery && (
          <a class='button quiet' href={stackedMapOf(filter)} title='Where on the wafer dies fail'>
            Stacked map
          </a>
        )}
        <Toggle on={follow} sign='f' name='Follow' press={wafers.toggleFollow} />
        {mayReview() && (
          <Toggle
            on={labelling.advance}
            sign='a'
            name='Auto-advance'
            press={labelling.toggleAdvance}
          />
        )}
        <span class='count'>
          {count.toLocaleString('en')}
          {wafers.more ? '+' : ''} {count === 1 ? 'wafer' : 'wafers'}
        </span>
      </FilterBar>
      {wafer && gallery && (
        <Gallery
          wafers={wafers.wafers}
          selected={wafers.selected}
          select={wafers.select}
          open={toggleGallery}
          readMore={() => void wafers.list.readMore()}
          more={wafers.more}
          loading={wafers.loading}
        />
      )}
      {wafer && !gallery && <Desk wafers={wafers} labelling={labelling} />}
      {!wafer && (
        <Nothing
          loading={wafers.loading}
          error={wafers.error}
          narrowed={isNarrowed(filter)}
          again={() => void wafers.list.open(filter)}
        />
      )}
    </>
  );
}

function useWaferKeys(wafers: Wafers, labelling: Labelling) {
  const { wafer, step } = wafers;
  const { give } = labelling;
  const labels = Object.fromEntries(LABEL_KEYS.map(({ label, key }) => [key, () => give(label)]));
  const forReviewers = {
    ...labels,
    Enter: () => wafer && give(effectiveLabel(wafer).label ?? wafer.prediction),
    u: labelling.undo,
    c: () => labelling.setCommenting(true),
    a: labelling.toggleAdvance,
  };
  useKeys({
    ...(mayReview() ? forReviewers : {}),
    ArrowRight: () => step(1),
    j: () => step(1),
    ArrowLeft: () => step(-1),
    k: () => step(-1),
    Home: wafers.showNewest,
    f: wafers.toggleFollow,
  });
}

function Desk({ wafers, labelling }: { wafers: Wafers; labelling: Labelling }) {
  const wafer = wafers.wafer!;
  const detail = useDetail(wafer);
  const zones = useZones(wafer);
  const effective = effectiveLabel(wafer);
  const label = effective.label ?? wafer.prediction;
  return (
    <div class='desk'>
      <WaferStrip
        wafers={wafers.wafers}
        selected={wafers.selected}
        select={wafers.select}
        step={wafers.step}
        readMore={() => void wafers.list.readMore()}
        loading={wafers.loading}
      />
      <WaferStage wafer={wafer} detail={detail} zones={zones} />
      <aside class='side' aria-label='Verdict and facts'>
        <Verdict
          wafer={wafer}
          effective={effective}
          give={mayReview() ? labelling.give : undefined}
        />
        {labelling.commenting && (
          <CommentBox
            label={label}
            save={(comment) => labelling.give(label, comment)}
            close={() => labelling.setCommenting(false)}
          />
        )}
        <p class='note' role='status'>
          {labelling.note}
        </p>
        {zones.on && <ZoneTable zones={zones} detail={detail} />}
        <SimilarWafers wafer={wafer} />
        <LotWafers wafer={wafer} />
        <WaferFacts wafer={wafer} detail={detail} />
      </aside>
    </div>
  );
}

function Nothing(props: {
  loading: boolean;
  error: string | null;
  narrowed: boolean;
  again: () => void;
}) {
  if (props.error) {
    return (
      <Empty title={props.error}>
        <button type='button' class='primary' onClick={props.again}>
          Try again
        </button>
      </Empty>
    );
  }
  if (props.loading) {
    return <div class='desk' aria-busy='true' />;
  }
  return props.narrowed
    ? <Empty title='No wafer fits this filter' hint='Widen the time or clear a choice above.' />
    : (
      <Empty
        title='No wafers yet'
        hint={
          <>
            They appear here as they are classified. Start an agent on a folder of wafer maps with
            {' '}
            <code>fabwafer agent</code>, upload a file, or see it all with{' '}
            <code>fabwafer demo</code>.
          </>
        }
      />
    );
}
