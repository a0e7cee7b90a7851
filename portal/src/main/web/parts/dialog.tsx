import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useKeys } from '../model/keys.ts';

/** A modal dialog; the browser keeps the focus in it and gives it back. */
export function Dialog(props: {
  title: string;
  close: () => void;
  children: ComponentChildren;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    ref.current?.showModal();
  }, []);
  useKeys({ Escape: props.close }, true);
  return (
    <dialog ref={ref} class='dialog' aria-label={props.title} onClose={props.close}>
      <header>
        <h2>{props.title}</h2>
        <button type='button' class='icon' aria-label='Close' onClick={props.close}>
          ✕
        </button>
      </header>
      {props.children}
    </dialog>
  );
}
