const WIDTH = 180;
const HEIGHT = 14;

/** A value beside its limit, which is the line; the table around it holds both numbers. */
export function LimitBar(props: {
  value: number | null;
  limit: number;
  over: boolean;
  name: string;
  /** What the whole bar is; twice the limit where it has no end. */
  whole?: number;
}) {
  const whole = props.whole ?? Math.max(2 * props.limit, Number.EPSILON);
  const x = (value: number) => Math.min(1, Math.max(0, value / whole)) * WIDTH;
  return (
    <svg
      class={props.over ? 'limit-bar over' : 'limit-bar'}
      width={WIDTH}
      height={HEIGHT}
      role='img'
      aria-label={`${props.name}: ${
        props.value === null ? 'no value' : props.value.toFixed(3)
      }, limit ${props.limit.toFixed(3)}`}
    >
      <rect class='whole' width={WIDTH} height={HEIGHT} rx='2' />
      <rect class='value' width={x(props.value ?? 0)} height={HEIGHT} rx='2' />
      <line x1={x(props.limit)} x2={x(props.limit)} y1='0' y2={HEIGHT} />
    </svg>
  );
}
