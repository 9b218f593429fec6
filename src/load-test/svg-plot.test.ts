import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Plot, svgPlot } from './svg-plot.ts';

const base: Plot = { title: 't', xLabel: 'x', yLabel: 'y', series: [] };

function plot(values: readonly (readonly [number, number])[], given: Partial<Plot> = {}): string {
  const points = values.map(([x, y]) => ({ x, y, title: `${x}` }));
  return svgPlot({ ...base, series: [{ name: 'a', points }], ...given });
}

function coordinates(svg: string): number[][] {
  const [, points = ''] = /points="([^"]*)"/.exec(svg) ?? [];
  return points.split(' ').map((pair) => pair.split(',').map(Number));
}

describe('svgPlot', () => {
  it('puts the greatest values on the last ticks, and zero on the first', () => {
    assert.deepEqual(
      coordinates(
        plot([
          [0, 0],
          [10, 100],
        ]),
      ),
      [
        [64, 272],
        [616, 16],
      ],
    );
    assert.match(
      plot([
        [0, 0],
        [10, 100],
      ]),
      />100<\/text>/,
    );
  });

  it('has a decade between the ticks of a logarithmic axis', () => {
    const svg = plot(
      [
        [1, 1],
        [1, 10],
        [1, 100],
      ],
      { logY: true },
    );
    assert.deepEqual(
      coordinates(svg).map(([, y]) => y),
      [272, 144, 16],
    );
  });

  it('bears one point, zeros, and nothing', () => {
    for (const logX of [true, false]) {
      for (const value of [0, 5]) {
        const svg = plot([[value, value]], { logX, logY: logX });
        assert.ok(coordinates(svg).flat().every(Number.isFinite), svg);
      }
    }
    assert.equal(plot([]), '');
  });

  it('names several lines, as text', () => {
    const point = { x: 1, y: 1, title: '' };
    const svg = svgPlot({
      ...base,
      series: [
        { name: 'a & b', points: [point] },
        { name: 'c', points: [point] },
      ],
    });
    assert.match(svg, />a &#38; b<\/text>/);
  });
});
