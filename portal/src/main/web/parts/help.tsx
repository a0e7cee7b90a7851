import { LABEL_KEYS } from '../model/patterns.ts';
import { Dialog } from './dialog.tsx';
import { PatternName } from './pattern.tsx';

const KEYS: readonly { title: string; keys: readonly (readonly [string, string])[] }[] = [
  {
    title: 'Wafers',
    keys: [
      ['→ or j', 'next wafer (older)'],
      ['← or k', 'previous wafer (newer)'],
      ['Home', 'newest wafer'],
      ['g', 'gallery of wafer maps, or one wafer; ↑ ↓ go by rows there'],
      ['f', 'follow: always show the newest'],
      ['a', 'go on to the next wafer after a label, or stay'],
    ],
  },
  {
    title: 'Wafer map',
    keys: [
      ['+ and -', 'zoom; the wheel does too, drag to move'],
      ['r', 'round wafer, or square dies'],
      ['=', 'fit again'],
      ['t, m', 'turn, mirror the view; dies and label stay as they are'],
      ['z', 'zones: rings and sectors with their yields'],
      ['w', 'why: which dies drove the answer'],
      ['i', 'image as received'],
    ],
  },
  {
    title: 'Live',
    keys: [['f', 'full screen, for a wall']],
  },
  {
    title: 'Everywhere',
    keys: [
      [
        'Shift + …',
        'L Live, W Wafers, R Review, N New patterns, T Trend, Y Analytics, M Models, A Alarms, Q Quarantine, D Devices',
      ],
      ['?', 'this help'],
      ['Esc', 'close'],
    ],
  },
  {
    title: 'Review',
    keys: [
      ['9', 'unknown: fits no pattern'],
      ['m', 'several patterns: choose them by their keys, Enter gives them'],
      ['s', 'skip'],
      ['u', 'undo, and back to that wafer'],
      ['l', 'wafers that look alike: a label is given to all that are left in'],
    ],
  },
  {
    title: 'Label',
    keys: [
      ['Enter', 'confirm the prediction'],
      ['u', 'undo my last label: the one before it is appended again'],
      ['c', 'comment'],
    ],
  },
];

export function Help({ close }: { close: () => void }) {
  return (
    <Dialog title='Keys' close={close}>
      <div class='help'>
        {KEYS.map((group) => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <dl>
              {group.title === 'Label' &&
                LABEL_KEYS.map(({ label, key }) => (
                  <div key={key}>
                    <dt>
                      <kbd>{key}</kbd>
                    </dt>
                    <dd>
                      <PatternName label={label} />
                    </dd>
                  </div>
                ))}
              {group.keys.map(([key, meaning]) => (
                <div key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p class='fine'>
        Times are in your zone; point at one for UTC. The address holds what you see: copy it to
        send the view to a colleague.
      </p>
    </Dialog>
  );
}
