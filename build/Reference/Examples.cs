// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Reference;

/// <summary>The examples of the manual pages. Tests run them in the order of a container's life, with a bundle in "bundle".</summary>
internal static class Examples
{
    public static IReadOnlyDictionary<string, Example[]> Of { get; } = new Dictionary<string, Example[]>
    {
        ["spec"] = [new("Write a config for the root filesystem in bundle/rootfs", "runcs spec --bundle bundle")],
        ["check"] =
        [
            new("Print what is wrong with a bundle, or missing on this host", "runcs check --bundle bundle"),
            new("Print what create would do", "runcs check --plan --bundle bundle"),
        ],
        ["features"] = [new("Print what the runtime recognizes", "runcs features")],
        ["create"] = [new("Create a container from a bundle whose config has no terminal, and write the pid of its init", "runcs create --bundle bundle --pid-file box.pid box")],
        ["state"] = [new("Print status, pid and bundle of a container", "runcs state box")],
        ["start"] = [new("Start the program of a created container", "runcs start box")],
        ["exec"] =
        [
            new("Run a command in a container", "runcs exec box ps"),
            new("Run a shell with a terminal, as another user and in another directory", "runcs exec --tty --user 1000:1000 --cwd /tmp box sh"),
        ],
        ["ps"] =
        [
            new("Print the processes of a container in columns", "runcs ps box"),
            new("Print their pids only", "runcs ps --format json box"),
        ],
        ["list"] =
        [
            new("List containers", "runcs list"),
            new("List the containers that Docker runs", "runcs --root /run/docker/runtime-runc/moby list"),
            new("List the pods' containers of containerd", "runcs --root /run/containerd/runc/k8s.io list"),
        ],
        ["events"] = [new("Print the stats of a container once", "runcs events --stats box")],
        ["update"] =
        [
            new("Limit memory and the number of processes", "runcs update --memory 64m --pids-limit 100 box"),
            new("The same from a document", """echo '{"memory": {"limit": 67108864}, "pids": {"limit": 100}}' | runcs update --resources - box"""),
        ],
        ["pause"] = [new("Suspend the processes of a container, and resume them", "runcs pause box", "runcs resume box")],
        ["resume"] = [new("Suspend the processes of a container, and resume them", "runcs pause box", "runcs resume box")],
        ["kill"] =
        [
            new("Ask the program of a container to end", "runcs kill box"),
            new("Kill it", "runcs kill box KILL"),
        ],
        ["delete"] =
        [
            new("Delete a stopped container", "runcs delete box"),
            new("Kill a container and delete it; succeed if it does not exist", "runcs delete --force box"),
            new("Delete all containers whose id begins with box-", "runcs delete --force --regex '^box-'"),
        ],
        ["run"] =
        [
            new("Run the program of a bundle in a container that is deleted when the program ends", "runcs run --bundle bundle box"),
            new("Run it without cgroups, in those of the caller", "runcs --cgroup-manager disabled run --bundle bundle box"),
            new("Run it in the background, if its config has no terminal", "runcs run --detach --bundle bundle --pid-file box.pid box"),
            new("Run it in the background and keep its output and its exit code", "runcs run --supervise --bundle bundle job"),
            new("The same with a log of at most three files, and started again if it fails, at most five times",
                "runcs run --supervise --restart on-failure:5 --log-opt path=/var/log/web.log --log-opt max-size=10m --log-opt max-file=3 --bundle bundle web"),
        ],
        ["attach"] = [new("Print the output of a supervised container until it ends", "runcs attach job")],
        ["logs"] =
        [
            new("Print all output of a supervised container so far, and what follows", "runcs logs --follow job"),
            new("Print the last ten lines of the last hour, with their times", "runcs logs --tail 10 --since 1h --timestamps job"),
        ],
        ["wait"] = [new("Wait until a supervised container ends, and print its exit code", "runcs wait job")],
        [""] =
        [
            new("Write a config for the root filesystem in bundle/rootfs, and run a shell in a container", "runcs spec --bundle bundle", "runcs run --bundle bundle box"),
            new("Write each step of a command to a log file", "runcs --debug --log box.log run --bundle bundle box"),
        ],
    };
}
