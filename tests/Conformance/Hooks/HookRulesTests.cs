// SPDX-License-Identifier: Apache-2.0
using Runcs.Hooks;
using Runcs.OciSpec;

namespace Runcs.Conformance.Hooks;

/// <summary>config.md, "POSIX-platform Hooks".</summary>
public class HookRulesTests
{
    [Fact]
    public void Valid_hooks_are_accepted()
    {
        List<string> errors = [];
        HookRules.Check(new Runcs.OciSpec.Hooks { Prestart = [new Hook { Path = "/bin/true", Timeout = 1 }], Poststop = [new Hook { Path = "/x" }] }, errors);
        Assert.Empty(errors);
    }

    [Fact]
    [Requirement("config/hooks-path", "config/hooks-path-absolute", "config/hooks-timeout")]
    public void Every_mistake_is_reported_by_its_path()
    {
        List<string> errors = [];
        Runcs.OciSpec.Hooks hooks = new()
        {
            Prestart = [new Hook { Path = "/a" }, new Hook { Path = "b" }],
            CreateRuntime = [new Hook { Path = "" }],
            CreateContainer = [new Hook { Path = "/a", Timeout = 0 }],
            StartContainer = [new Hook { Path = "./a" }],
            Poststart = [new Hook { Path = "/a", Timeout = -5 }],
            Poststop = [new Hook { Path = "a", Timeout = 0 }],
        };
        HookRules.Check(hooks, errors);
        Assert.Equal(
            [
                "hooks.prestart[1].path: must be an absolute path, got \"b\"",
                "hooks.createRuntime[0].path: must be an absolute path, got \"\"",
                "hooks.createContainer[0].timeout: must be greater than zero, got 0",
                "hooks.startContainer[0].path: must be an absolute path, got \"./a\"",
                "hooks.poststart[0].timeout: must be greater than zero, got -5",
                "hooks.poststop[0].path: must be an absolute path, got \"a\"",
                "hooks.poststop[0].timeout: must be greater than zero, got 0",
            ],
            errors);
    }
}
