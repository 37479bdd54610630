# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Kubernetes' suite for container runtimes, with images of busybox in the place of a registry's. Read by checks.sh.

# Kubernetes' suite: what fails with our shim must fail with containerd's and runc too, as images that only a registry has.
check_cri() {
    local test
    if [[ ! -x $DATA/critest ]]; then
        skip "Kubernetes' suite for container runtimes: no program (CRITEST=FILE: a static critest)"
        return
    fi
    local images=registry.k8s.io/e2e-test-images
    # Not sleep, which a test counts in the pod.
    import localhost/pause:1 tail -f /dev/null
    import "$images/busybox:1.29-2"
    import "$images/nginx:1.14-2" nginx 'master process'
    import "$images/httpd:2.4.39-4" nginx 'master process'
    import gcr.io/k8s-staging-cri-tools/hostnet-nginx-amd64:latest nginx 'master process' 12003
    import gcr.io/k8s-staging-cri-tools/test-image-predefined-group:latest
    critest runc
    critest runcs
    passed=$((passed + $(sed -n 's/.*-- \([0-9]*\) Passed.*/\1/p' "$DATA/critest.runcs")))
    while read -r test; do
        if grep -qxF -- "$test" "$DATA/failures.runc"; then
            skip "with runc it fails too: $test"
        else
            failed=$((failed + 1))
            echo "FAILED  $test"
        fi
    done < "$DATA/failures.runcs"
}

import() {
    "$HERE/image.sh" "$DATA/image.tar" "$@"
    ctr --namespace k8s.io image import "$DATA/image.tar" > /dev/null
}

critest() {
    "$DATA/critest" --runtime-handler "$1" --ginkgo.no-color > "$DATA/critest.$1" 2>&1
    tail -n 4 "$DATA/critest.$1"
    grep -aE '^ *\[(FAIL|PANICKED|TIMEDOUT)\]' "$DATA/critest.$1" | sed 's/^ *//' | sort -u > "$DATA/failures.$1"
    [[ $1 != runcs || -s $DATA/failures.runcs ]] || grep -q 'Passed' "$DATA/critest.runcs" || { failed=$((failed + 1)) && echo "FAILED  critest did not run"; }
}
