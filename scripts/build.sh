# shellcheck shell=bash
# Builds the program into app/target/fabwafer/lib where it was never built or a source is newer.
# Sourced by ./fabwafer and ./check, which set $home and have found a JDK.

# shellcheck disable=SC2154 # home
program=$home/app/target/fabwafer
stamp=$program/built
build_log=$home/app/target/build.log

built() { # whether the program stands and no source is newer
  [ -f "$stamp" ] || return 1
  [ -z "$(find "$home/pom.xml" "$home"/*/pom.xml "$home"/*/src/main "$home/.mvn" \
    -newer "$stamp" -type f -print -quit)" ]
}

build() {
  mkdir -p "$home/app/target"
  local lock=$home/app/target/build.lock
  exec 9>"$lock"
  flock 9 2>/dev/null || true
  if built; then
    exec 9>&-
    return 0
  fi
  local started=$SECONDS
  [ -f "$stamp" ] || echo "fabwafer: building for the first time; this takes a few minutes" >&2
  touch "$stamp.begun" 2>/dev/null || { mkdir -p "$program" && touch "$stamp.begun"; }
  if ! "$home/mvnw" -B -f "$home/pom.xml" -pl app -am package -DskipTests -Dmaven.test.skip 9>&- \
    > >(tee "$build_log" | show_progress) 2>&1; then
    wait
    printf '\nfabwafer: the build failed; its log is %s\n' "$build_log" >&2
    grep -m 12 -E '^\[(ERROR|WARNING)\]' "$build_log" >&2
    return 1
  fi
  wait
  mv "$stamp.begun" "$stamp" # as old as the build's start: a source edited meanwhile counts as newer
  echo "fabwafer: built in $((SECONDS - started)) s" >&2
  exec 9>&-
}

show_progress() { # Maven's log on stdin -> one line that changes, or a line a module without a terminal
  local line words module='' fetched=0
  while IFS= read -r line; do
    case $line in
      '[INFO] Building '*'['*/*']')
        read -ra words <<<"${line#'[INFO] Building '}"
        module="${words[0]} ${words[2]}"
        [ -t 2 ] || echo "fabwafer: building $module" >&2
        ;;
      *Downloaded\ from*) fetched=$((fetched + 1)) ;;
      *) continue ;;
    esac
    if [ -t 2 ]; then
      printf '\r\033[Kfabwafer: building %s' "$module" >&2
      [ "$fetched" -gt 0 ] && printf ' (%d files fetched)' "$fetched" >&2
    fi
  done
  [ -t 2 ] && printf '\r\033[K' >&2
  return 0
}
