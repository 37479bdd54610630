# SPDX-License-Identifier: Apache-2.0
# complete.zsh DIRECTORY LINE: what zsh offers for the line, with the completions in the directory, one word a line.
# A zsh on a pseudoterminal is given the line and a tab; its compadd writes what it gets to a file.
zmodload zsh/zpty
out=$(mktemp)
trap 'zpty -d child 2> /dev/null; rm -f -- $out $out.end' EXIT
zpty child zsh -f -i
zpty -w child "OUT=$out; PROMPT=; unset zle_bracketed_paste; LISTMAX=0; fpath=($1 \$fpath); autoload -Uz compinit; compinit -D -u"
zpty -w child 'compadd() { local a; local -a got; for a; do [[ $a == -- ]] && break; [[ $a == -*[OAD] ]] && { builtin compadd "$@"; return; }; done; builtin compadd -A got "$@"; (( $#got )) && print -rl -- $got >> $OUT; builtin compadd "$@" }'
zpty -w child 'ended() { : > $OUT.end }; zle -N ended; bindkey "^X^E" ended; bindkey "^I" complete-word'
zpty -w -n child "$2"$'\t'$'\x18\x05'
for ((i = 0; i < 300; i++)); do
    [[ ! -e $out.end ]] || break
    zpty -r -t child ignored '*' > /dev/null 2>&1
    sleep 0.05
done
[[ -e $out.end ]] || { print -u2 'zsh does not answer'; exit 1 }
sort -u -- $out
