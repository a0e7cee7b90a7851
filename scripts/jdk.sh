# shellcheck shell=bash
# Finds a JDK 25 or newer and exports it as JAVA_HOME; says what to install when there is none.
# Sourced by ./fabwafer, ./check and bench/run. Reads each candidate's release file: no JVM starts.

jdk_major() { # folder -> its major version, nothing if it is no JDK
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

find_jdk() {
  local wanted=25 newer='' folder major on_path
  on_path=$(command -v javac || true)
  [ -n "$on_path" ] && on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  for folder in "${FABWAFER_JAVA_HOME:-}" "${JAVA_HOME:-}" "$on_path" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/*jdk* "$HOME"/.sdkman/candidates/java/* \
    "$HOME"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$folder" ] || continue
    major=$(jdk_major "$folder") || continue
    if [ "$major" = "$wanted" ]; then
      export JAVA_HOME=$folder
      return 0
    fi
    if [ "${major:-0}" -gt "$wanted" ] && [ -z "$newer" ]; then newer=$folder; fi
  done
  if [ -n "$newer" ]; then
    export JAVA_HOME=$newer
    return 0
  fi
  cat >&2 <<'EOF'
fabwafer: no JDK 25 found (looked in JAVA_HOME, on the path, in /usr/lib/jvm and the usual places).
  Install one, for example   apt-get install openjdk-25-jdk-headless   or   temurin-25-jdk,
  or set FABWAFER_JAVA_HOME to the folder of one.
EOF
  return 1
}
