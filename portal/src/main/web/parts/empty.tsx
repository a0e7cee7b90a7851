import type { ComponentChildren } from 'preact';

/** Where there is nothing to show: says so, and what to do next. */
export function Empty(props: {
  title: string;
  hint?: ComponentChildren;
  children?: ComponentChildren;
}) {
  return (
    <div class='empty' role='status'>
      <p class='empty-title'>{props.title}</p>
      {props.hint && <p>{props.hint}</p>}
      {props.children}
    </div>
  );
}
