import { useEffect, useState } from 'preact/hooks';
import type { Page, Unclassified } from '../model/api.ts';
import { api } from '../model/api.ts';
import { live } from '../model/live.ts';
import { Time } from './time.tsx';

const SHOWN = 20;

/** Images whose prediction has not come; nothing where there are none. */
export function UnclassifiedImages() {
  const [page, setPage] = useState<Page<Unclassified>>({ items: [], next: null });
  useEffect(() => {
    const read = () => void api.unclassified(SHOWN).then(setPage, () => undefined);
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
