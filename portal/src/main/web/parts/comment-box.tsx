import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useKeys } from '../model/keys.ts';

const MAX_COMMENT = 2_000;

/** A comment on a label; it is stored with the label. */
export function CommentBox(props: {
  label: string;
  save: (comment: string) => void;
  close: () => void;
}) {
  const [text, setText] = useState('');
  const ref = useRef<HTMLTextAreaElement>(null);
  // Before the next key: it belongs to the comment already.
  useLayoutEffect(() => ref.current?.focus(), []);
  useKeys({ Escape: props.close });
  const save = () => {
    if (text.trim()) {
      props.save(text.trim());
    }
  };
  return (
    <div class='comment-box'>
      <label>
        Comment with the label {props.label}
        <textarea
          ref={ref}
          rows={3}
          maxLength={MAX_COMMENT}
          value={text}
          onInput={(e) => setText(e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) {
              e.preventDefault();
              save();
            }
          }}
        />
      </label>
      <button type='button' class='primary' disabled={!text.trim()} onClick={save}>
        Save
      </button>
      <button type='button' onClick={props.close}>
        Cancel
      </button>
    </div>
  );
}
