import { useEffect, useState } from 'preact/hooks';
import type { Page } from '../model/api.ts';
import { quarantineApi, type Unclassified } from '../model/api-quarantine.ts';
import { live } from '../model/live.ts';
import { Time } from './time.tsx';

const SHOWN = 20;

/** Images whose prediction has not come; nothing where there are none. */
export function UnclassifiedImages() {
  const [page, setPage] = useState<Page<Unclassified>>({ items: [], next: null });
  useEffect(() => {
    const read = () => void quarantineApi.unclassified(SHOWN).then(setPage, () => undefined);
    read();
    const end = live.on('refetch', read);
    return () => end();
  }, []);
  if (page.items.length === 0) {
    return null;
  }
  return (
    <details class='unclassified'>
      <summary>
        {page.items.length}
        {page.next !== null && '+'} images without a prediction
      </summary>
      <ul>
        {page.items.map((image) => (
          <li key={image.imageUrl}>
            <a href={image.imageUrl}>{image.imgid}</a> of {image.fab}/{image.camera}, received{' '}
            <Time at={image.receivedAt} relative />
          </li>
        ))}
      </ul>
    </details>
  );
}
