/** Fewest characters the hub takes. */
export const MIN_PASSWORD = 12;

/** Asks for a new password, with its limit. */
export function NewPassword(props: {
  label: string;
  value: string;
  change: (value: string) => void;
}) {
  return (
    <label>
      {props.label}
      <input
        type='password'
        autocomplete='new-password'
        required
        minLength={MIN_PASSWORD}
        maxLength={256}
        value={props.value}
        onInput={(e) => props.change(e.currentTarget.value)}
      />
      <span class='fine'>At least {MIN_PASSWORD} characters.</span>
    </label>
  );
}
