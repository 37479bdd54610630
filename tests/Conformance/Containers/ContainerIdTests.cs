// SPDX-License-Identifier: Apache-2.0
using Runcs.Containers;
using Runcs.Native;

namespace Runcs.Conformance.Containers;

public class ContainerIdTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("A-z_0.9+")]
    [InlineData("...")]
    [InlineData(".hidden")]
    [InlineData("-dash")]
    public void Allowed(string id) => ContainerId.Validate(id);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("../a")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("a\0b")]
    [InlineData("größe")]
    [InlineData("a:b")]
    public void An_invalid_id_is_refused_with_runcs_message(string id) => Assert.Equal(
        id.Length == 0 ? "container id cannot be empty"
            : $"invalid container ID format: {(id.Any(char.IsControl) ? "" : $"\"{id}\" ")}must be 1 to 255 letters, digits, _, +, - or ., and not . or ..",
        Assert.Throws<RuncsException>(() => ContainerId.Validate(id)).Message);

    [Fact]
    public void An_id_too_long_for_a_directory_name_is_refused() => Assert.Throws<RuncsException>(() => ContainerId.Validate(new string('a', 256)));
}
