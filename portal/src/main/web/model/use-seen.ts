import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Whether an element was ever in sight: what nobody looks at asks the hub for nothing. */
export function useSeen(ref: RefObject<Element>): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        setSeen(true);
        observer.disconnect();
      }
    });
    observer.observe(ref.current!);
    return () => observer.disconnect();
  }, []);
  return seen;
}
