// SPDX-License-Identifier: Apache-2.0
using Runcs.Reference;

namespace Runcs.Integration;

/// <summary>
/// The commands in the documentation work unchanged: on a machine without runcs, on one with it, and on one with an
/// engine. They run in their own namespaces, with private directories for their changes.
/// </summary>
public class ShellBlockTests
{
    public static TheoryData<string, string> Machines =>
        [.. ShellBlock.Pages.SelectMany(ShellBlock.Of).SelectMany(block => block.Machines.Select(machine => (block.Page, machine))).Distinct()];

    [Fact]
    public void Every_block_of_commands_says_where_it_runs()
    {
        ShellBlock[] blocks = [.. ShellBlock.Pages.SelectMany(ShellBlock.Of)];
        Assert.True(blocks.Length > 5, "the documentation has blocks of commands");
        Assert.Equal("", string.Join('\n', blocks.Where(block => !block.HasMark).Select(block => $"{block.Page}:{block.Line}: {block.Mark ?? "no mark"}")));
        Assert.Equal("", string.Join('\n', ShellBlock.Pages.SelectMany(ShellBlock.CommandsElsewhere)));
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void Blocks_run_as_they_stand(string page, string machine)
    {
        using NewcomerMachine newcomer = new(machine);
        // In the order of the page, which may use the results of earlier blocks.
        string commands = string.Concat(ShellBlock.Of(page).Where(block => block.Machines.Contains(machine)).Select(block => block.Text));
        string output = newcomer.Run(commands);
        // With the --root of the page, the engine's container is listed.
        if (commands.Contains(" list\n", StringComparison.Ordinal)) Assert.Contains(" running ", output, StringComparison.Ordinal);
    }

    // A page's examples may use the results of earlier pages.
    [Fact]
    public void Examples_of_the_manual_pages_run_as_they_stand()
    {
        const string Bundle = "mkdir -p bundle/rootfs/bin bundle/rootfs/tmp; cp /bin/busybox bundle/rootfs/bin/; chroot bundle/rootfs /bin/busybox --install -s /bin\n";
        string[] order = ["spec", "check", "features", "create", "state", "start", "exec", "ps", "list", "events", "update", "pause", "resume", "kill", "delete", "run", "attach", "logs", "wait", ""];
        Assert.Equal(order.Order(), Examples.Of.Keys.Order());
        using NewcomerMachine newcomer = new("runcs");
        newcomer.Run(Bundle + string.Concat(order.Select(verb => Before(verb) + string.Join('\n', Examples.Of[verb].SelectMany(example => example.Commands)) + "\n")) + "test -s box.log\n");

        static string Before(string verb) => verb switch
        {
            "create" => Program("1000"),
            "list" => "mkdir -p /run/docker/runtime-runc/moby /run/containerd/runc/k8s.io\n",
            "delete" => "until runcs state box | grep -q stopped; do sleep 0.1; done\n",
            "run" => Program("2"),
            "" => "runcs delete --force job; runcs delete --force web; until runcs state box | grep -q stopped; do sleep 0.1; done; runcs delete box; rm bundle/config.json\n",
            _ => "",
        };

        static string Program(string seconds) => $"sed -i -e 's/\"terminal\": true/\"terminal\": false/' -e '/\"args\"/,/]/ s/\"[s1].*\"/\"sleep\", \"{seconds}\"/' bundle/config.json\n";
    }

    [Fact]
    public void The_commands_that_hello_prints_work()
    {
        using NewcomerMachine newcomer = new("checkout");
        string output = newcomer.Run("""
            output=$(mktemp) next=$(mktemp)
            ./build.sh hello 2>&1 | tee "$output"
            sed -n '/Next:$/,$ s/^    //p' "$output" > "$next"
            bash -xe "$next"
            rm "$output" "$next"
            runcs --version
            """);
        Assert.Contains("\nhello from runcs: this is process 1 of 1\n", output, StringComparison.Ordinal);
        Assert.Contains("exit with 42", output, StringComparison.Ordinal);
        Assert.Contains("\nstep 1 of 3\nstep 2 of 3\nstep 3 of 3\n7\n", output, StringComparison.Ordinal);
        string[] commands = [.. output.Split('\n').Where(line => line.StartsWith("+ ", StringComparison.Ordinal))];
        Assert.Equal(["+ out/runcs run --bundle out/hello/shell shell", "+ out/runcs run --detach --bundle out/hello/background box", "+ out/runcs exec box ps",
            "+ out/runcs delete --force box", "+ ./build.sh install"], commands);
        Assert.Contains("sleep 86400\n", output, StringComparison.Ordinal);
        Assert.Contains("\nruncs version ", output, StringComparison.Ordinal);
    }
}
