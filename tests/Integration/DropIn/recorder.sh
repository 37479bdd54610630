#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installed as "runc" under an engine, records each call in its own directory below RECORDS: arguments, environment, the documents
# named, input and output, the exit code. Whoever installs it fills in RUNTIME and RECORDS.
RUNTIME=@RUNTIME@
RECORDS=@RECORDS@
call=$RECORDS/$(date +%s%N).$$
mkdir -p "$call"
printf '%s\0' "$@" > "$call/arguments"
env | grep -E '^(NOTIFY_SOCKET|LISTEN_FDS|LISTEN_PID|XDG_RUNTIME_DIR)=' > "$call/environment"

verb='' flag='' log='' pid='' input=''
for argument; do
    case $flag in
        bundle | b) [ ! -e "$argument/config.json" ] || cp "$argument/config.json" "$call/" ;;
        process | p) cp "$argument" "$call/process.json" ;;
        pid-file) pid=$argument ;;
        log) log=$argument ;;
        resources | r) if [ "$argument" = - ]; then input=yes; else cp "$argument" "$call/input"; fi ;;
    esac
    case $flag in
        bundle | b | process | p | pid-file | log | resources | r | root | log-format | console-socket | pidfd-socket | preserve-fds | format) flag='' ;;
        *)
            flag=''
            case $argument in
                --resources=-) input=yes ;;
                --resources=*) cp "${argument#--resources=}" "$call/input" ;;
                --root=* | --log-format=*) ;;
                --log=*) log=${argument#--log=} ;;
                -*) flag=${argument#-} flag=${flag#-} ;;
                *) [ -n "$verb" ] || verb=$argument ;;
            esac
            case $flag in
                bundle | b | process | p | pid-file | log | resources | r | root | log-format | console-socket | pidfd-socket | preserve-fds | format) ;;
                *) flag='' ;;
            esac
            ;;
    esac
done
before=0
[ -z "$log" ] || [ ! -e "$log" ] || before=$(stat -c %s "$log")
[ -z "$input" ] || cat > "$call/input"

# The standard output of create, run and exec is the program's.
case $verb in
    create | run | exec | restore)
        "$RUNTIME" "$@"
        code=$?
        ;;
    *)
        "$RUNTIME" "$@" < "$(if [ -n "$input" ]; then echo "$call/input"; else echo /dev/null; fi)" > "$call/output" 2> "$call/error"
        code=$?
        cat "$call/output"
        cat "$call/error" >&2
        ;;
esac
[ -z "$log" ] || [ ! -e "$log" ] || tail -c "+$((before + 1))" "$log" > "$call/log"
[ -z "$pid" ] || [ ! -e "$pid" ] || cp "$pid" "$call/pid"
echo "$code" > "$call/exit"
exit "$code"
