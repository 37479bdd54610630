// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;

namespace Runcs.Diagnostics;

/// <summary>
/// What has to be reversed if the command does not succeed: each effect registers its reversal, and
/// <see cref="Dispose"/> runs them backwards unless <see cref="Keep"/> was called.
/// </summary>
public sealed class Undo : IDisposable
{
    private readonly Stack<Action> _reversals = new();

    public void Add(Action reversal) => _reversals.Push(reversal);

    /// <summary>The command has succeeded: nothing is reversed.</summary>
    public void Keep() => _reversals.Clear();

    /// <summary>Runs the reversals, last effect first. One that fails does not stop the others.</summary>
    public void Dispose()
    {
        while (_reversals.TryPop(out Action? reversal))
        {
            try
            {
                reversal();
            }
#pragma warning disable CA1031 // Whatever one reversal runs into, the others must have their turn.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Log.Warn($"undo: {e.Message}");
            }
        }
    }
}
