/** A button that is on or off; its key is told when pointed at. */
export function Toggle(props: { on: boolean; sign: string; name: string; press: () => void }) {
  return (
    <button
      type='button'
      class='quiet'
      aria-pressed={props.on}
      title={`${props.name} (${props.sign})`}
      onClick={props.press}
    >
      {props.name}
    </button>
  );
}
