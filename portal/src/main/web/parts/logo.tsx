export function Logo() {
  return <img class='logo' src='/favicon.svg' alt='' width='22' height='22' />;
}
