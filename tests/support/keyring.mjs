// A private keyring for tests that use the real Secret Service. Only Node's built-ins here.

/**
 * Starts a keyring daemon whose files are in a folder of its own, unlocked with a fixed password, then runs the command.
 * Only the daemon gets the other HOME. It takes the Secret Service's name on the private bus before the command
 * starts, so that the bus starts no other, and ends with that bus.
 */
const SCRIPT = `
folder=$(mktemp -d "\${TMPDIR:-/tmp}/berth-keyring-XXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
printf test | env HOME="$folder" XDG_DATA_HOME="$folder/data" XDG_CACHE_HOME="$folder/cache" \\
  XDG_CONFIG_HOME="$folder/config" XDG_RUNTIME_DIR="$folder" \\
  gnome-keyring-daemon --unlock --components=secrets >/dev/null || {
  echo 'The private keyring for the tests did not start: gnome-keyring-daemon failed.' >&2
  exit 1
}
"$@"
`

/**
 * The argv that runs `command` in a private D-Bus session with an unlocked, empty keyring. Nothing of the user's is
 * read or written, and the exit code is the command's. On macOS and Windows, where the system has one keychain, the
 * command itself.
 * @param {string[]} command
 * @returns {string[]}
 */
export function keyringCommand(command) {
  if (process.platform !== 'linux') return command
  return ['dbus-run-session', '--', 'sh', '-c', SCRIPT, 'private-keyring', ...command]
}
